// page.js: begins; tables of classes that can be sorted.
Gallery.begin();
Strips.begin();
Large.begin();

// Tables of classes are sorted by the column whose head is pressed: most first, and again the other way round.
function numberIn(row, column) {
  const text = row.cells[column].textContent.replace(/[,%]/g, '').trim();
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text);
}

for (const table of document.querySelectorAll('table.classes')) {
  const body = table.tBodies[0], ordered = [...body.rows];
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = make('button', {type: 'button', text: head.textContent});
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') !== 'descending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const keys = new Map(ordered.map((row, place) => [row, column ? numberIn(row, column) : ordered.length - place]));
      body.append(...[...ordered].sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        return a === null || b === null ? (a === null) - (b === null) : (down ? b - a : a - b);
      }));
    });
  }
}
