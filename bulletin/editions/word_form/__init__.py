"""An issue as a document of Word (.docx), in the form of GB/T 9704-2012."""
