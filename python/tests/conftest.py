import os
import sys

# The tests look at python/conformance too. Last: the package that is built goes
# before its sources.
sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
