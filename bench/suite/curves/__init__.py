"""The tasks of tasks/curves.py, a file for each thing that grows: the length of a
document, the size of a vocabulary, the number of threads, the words to count."""
