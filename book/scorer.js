/* How search results are ordered: Sphinx's own scores, and then what kind of page it is. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  // a chapter and an entry of the glossary before the lists that name everything
  score: ([page, , anchor, , score]) => score + (
    page.startsWith("notebooks/") ? 4
    : page === "book/glossary" ? (anchor ? 6 : -8)
    : ({ "book/index": -10, "book/api/column": -8, "book/corrections": -4, "book/questions": -4,
         "book/bibliography": -3, "book/api/spark": -1 })[page] ?? 0),
};
