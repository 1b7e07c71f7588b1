"""Print: an issue on A4 in the form of GB/T 9704-2012, set by Typst in a process of its own."""
