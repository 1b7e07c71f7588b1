"""What an attached file tells beside its text (`reading`), and how it is taken out of Office files (`cleaning`)."""
