"""Makes ``grille.docx``, a centre's form as a real library writes it (python-docx 1.2, which tests do without).

pip install python-docx && python tests/forms/grille.py
"""

from pathlib import Path

import docx
from docx.shared import Cm, Pt

document = docx.Document()
document.sections[0].header.add_table(1, 2, Cm(16)).cell(0, 0).text = "Académie d'Essai"
document.sections[0].footer.paragraphs[0].text = "Page à parapher"
document.add_heading("Grille nationale d'évaluation", 1)
who = document.add_table(2, 2, style="Table Grid")
who.cell(0, 0).text, who.cell(1, 0).text = "Nom :", "Établissement :"
document.add_paragraph("À remplir « à l'encre ».")
grid = document.add_table(5, 6, style="Table Grid")
grid.cell(0, 0).merge(grid.cell(0, 5)).text = "Degré d'acquisition"
for at, title in enumerate(("Compétence", "NM", "IM", "S", "TB", "Observations")):
    run = grid.cell(1, at).paragraphs[0].add_run(title)
    run.bold, run.font.size = True, Pt(9)
for at, code in enumerate(("C2.1", "C2.2", "C2.3"), start=2):
    grid.cell(at, 0).text = f"{code} Participer & gérer"
grid.cell(2, 5).add_table(1, 1)
mark = document.add_table(1, 2)
mark.cell(0, 0).text = "Proposition de note :"
mark.cell(0, 1).paragraphs[0].add_run(" / 20").bold = True
document.save(str(Path(__file__).with_name("grille.docx")))
