"""Times Python's jieba: `jieba_words.py FILE TIMES` cuts the lines of FILE, and prints the seconds of each time."""

import json
import logging
import sys
import time

import jieba

jieba.setLogLevel(logging.ERROR)
jieba.initialize()
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
seconds = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    words = sum(len(jieba.lcut(line)) for line in lines)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"peer": "jieba", "version": jieba.__version__, "words": words, "seconds": seconds}))
