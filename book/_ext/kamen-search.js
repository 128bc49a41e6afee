/* Chinese queries: cut into the longest words that the index has, and pages ranked by how much they are about them. */
const KamenSearch = {
  words: [],
  pages: word => [Search._index.terms[word] ?? [], Search._index.titleterms[word] ?? []].flat(),
  stem: word => new Stemmer().stemWord(word.toLowerCase()),

  cut(run) { // Chinese signs without a gap
    const found = [];
    for (let i = 0; i < run.length;) {
      let n = Math.min(8, run.length - i);
      while (n > 1 && !KamenSearch.pages(run.slice(i, i + n)).length) n--;
      if (n > 1) found.push(run.slice(i, i + n));
      i += n;
    }
    return found;
  },

  // The rarest word leads; one that is on none of the pages left is not asked for, so that a question finds too.
  together(words) {
    const asked = [];
    let left = null;
    const rare = [...new Set(words)].sort((a, b) => new Set(KamenSearch.pages(KamenSearch.stem(a))).size - new Set(KamenSearch.pages(KamenSearch.stem(b))).size);
    for (const word of rare) {
      const here = new Set(KamenSearch.pages(KamenSearch.stem(word))), both = left ? [...left].filter(p => here.has(p)) : [...here];
      if (both.length) { left = both; asked.push(word); }
    }
    return asked.length ? asked : words;
  },

  about(file) { // how much a page is about what was asked
    const index = Search._index, page = index.filenames.indexOf(file), all = index.docnames.length;
    const usual = index.length.reduce((a, b) => a + b) / all;
    let sum = 0;
    for (const word of KamenSearch.words) {
      const pages = [index.terms[word] ?? []].flat(), at = pages.indexOf(page);
      if (at < 0) continue;
      const often = index.counts[word]?.[at] ?? 5, rare = Math.log(1 + all / pages.length);
      sum += rare * often / (often + 1 + 2 * index.length[page] / usual);
    }
    return /^notebooks\//.test(index.docnames[page]) ? sum : sum / 2; // a chapter before what refers to it
  },
};

var splitQuery = query => {
  const runs = query.match(/[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[\p{Letter}\p{Number}_])+/gu) ?? [];
  const words = KamenSearch.together(runs.flatMap(run => /^[\u3400-\u9fff]/.test(run) ? KamenSearch.cut(run) : [run]));
  KamenSearch.words = words.map(KamenSearch.stem);
  return words;
};

var Scorer = {
  score: ([, , anchor, , score, file]) => KamenSearch.about(file) * (anchor ? 1 + score / 100 : 1.01) * 100,
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
};
