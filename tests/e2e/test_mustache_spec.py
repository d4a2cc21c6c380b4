#!/usr/bin/env python3
"""Every case of the public Mustache specification, from $SHARED/mustache-spec."""
import glob
import os
import subprocess
import sys

files = sorted(glob.glob(os.path.join(os.environ.get('SHARED', '../shared'), 'mustache-spec', '*.json')))
if not files:
    print('skipped: no mustache-spec in $SHARED')
    sys.exit(0)
sys.exit(subprocess.run(['build/mustache-spec', *files]).returncode)
