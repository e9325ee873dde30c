"""rowsplit beside what people use now: one command, one page, honest figures.

`./run bench` starts it; docs/howto/add_a_benchmark.md says how a task is added.
"""
