"""Whole handbooks in and out: folders, ZIP, CSV, XLSX, Word, Plone's JSON.

Three steps that do not know each other: a source is read (reading), compared with what is there
(planning) and, when somebody said yes, carried out by acts (applying). Out goes by `out`.
"""
