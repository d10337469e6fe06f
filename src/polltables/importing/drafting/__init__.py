"""What was understood, made into the files of a poll."""
