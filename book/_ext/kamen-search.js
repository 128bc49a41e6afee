/* Chinese queries: cut into the longest words that the index has, and pages ranked by how much they are about them. */
// Python's stemmer and this one disagree on some words ("combineByKey"): what the index has is right.
const Porter = Stemmer;
Stemmer = function () {
  const porter = new Porter();
  this.stemWord = word => {
    const stem = porter.stemWord(word), known = w => Object.hasOwn(Search._index.terms, w) || Object.hasOwn(Search._index.titleterms, w);
    return !known(stem) && known(word) ? word : stem;
  };
};

const KamenSearch = {
  words: [], asked: "",
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

  // How much a page is about what was asked: Okapi's BM25, where a heading counts as eight mentions.
  about(file) {
    const index = Search._index, page = index.filenames.indexOf(file), name = index.docnames[page], all = index.docnames.length;
    const refers = /^book\/(glossary|notation|corrections|bibliography|index|questions|how-|api)/.test(name), usual = index.length.reduce((a, b) => a + b) / all;
    let sum = index.titles[page].toLowerCase() === KamenSearch.asked ? 9 : 0;
    for (const word of KamenSearch.words) {
      const pages = index.counts[word] ?? [], heading = !refers && [index.titleterms[word] ?? []].flat().includes(page);
      const often = (pages.find(([p]) => p === page)?.[1] ?? 1) + 8 * heading;
      sum += Math.log(1 + all / (pages.length || 1)) * often / (often + 4 * (0.8 + 0.2 * index.length[page] / usual));
    }
    return sum * (!refers ? 1 : name.startsWith("book/api") ? 0.1 : 0.25); // chapters before what refers to them
  },
};

var splitQuery = query => {
  for (const [other, ours] of Object.entries(SYNONYMS)) query = query.replaceAll(other, ` ${ours} `);
  KamenSearch.asked = query.trim().toLowerCase();
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
