"""Further tries of crafted texts, names and files: engines, office files, messages, archives."""

from __future__ import annotations

import io
import json
import re
import struct
import unicodedata
import warnings
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from crisislab.engine import connect
from crisislab.errors import CrisisLabError, Problem
from crisislab.privacy.secret import SECRET_FILE  # noqa: F401
