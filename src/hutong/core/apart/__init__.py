"""What strangers hand in is opened here: in a process of its own, with limits, without secrets and without a database.

`run` asks from outside; `worker` is the process; `workbook` and `papers` open the files. Those three are plain Python.
"""
