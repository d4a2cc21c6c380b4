"""The contact files of the corpus, where there is one."""
import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.argv = ["score_contacts.py", "-v"]
os.chdir(os.path.join(HERE, "..", ".."))
runpy.run_path(os.path.join(HERE, "..", "corpus", "score_contacts.py"), run_name="__main__")
