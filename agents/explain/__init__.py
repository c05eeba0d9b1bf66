"""Why an account got a message on one day and none on another: what the records say, in plain words and in order.

Pure but for `reading.py`: records become entries of a time line (`timeline.py`), a day gets its answer (`days.py`),
and whoever shows them reads no record again (`showing.py`, `page.py`).
"""
