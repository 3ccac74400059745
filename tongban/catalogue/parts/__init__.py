"""The parts of a definition (事项定义的部分) as an editor changes them: which there are, what can be typed in each, what is wrong where, and the
whole as text. Plain Python. Start reading at table.py."""
