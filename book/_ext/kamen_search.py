"""Chinese search: words are cut by jieba, which knows the course's terms; a query is cut the same way.

Sphinx's index says on which pages a word is. `weigh` adds how often, and kamen-search.js ranks by that, so
that the page that is about a thing comes before those that mention it.
"""

import collections
import json
import logging
import re
from pathlib import Path

import jieba
from docutils import nodes
from kamen_glossary import FILE
from sphinx.search.zh import SearchChinese

# Terms that have no entry in the glossary.
ALSO = """
条件数 抛硬币 伪计数 偏导数 优势比 先验 后验 全连接 共轭 决策树 分词 判别 损失函数 分布式 切片
单纯形 召回 可视化 吸收态 启发式 周期 均匀分布 大数据 学习曲线 导数 年份 异常 弹性
归一化 微分 截距 手写数字 批量 抽样 拒绝 指数 推断 提议 时间步 曲线 最小二乘 期望
权重 样本 梯度消失 正态分布 正例 残差 求导 混合 激活函数 特征值 独立 率 画笔 病人
目标函数 直线 矩 笔误 等高线 类别不平衡 细致平衡 维度 翻页书 联合分布 自适应 自相关
误差 负例 负样本 跳字 转移概率 输入层 输出层 过拟合 连续词袋 遗忘 邻居 错误 门 隐层
词表 唐诗 圣经 企鹅 乳腺癌 集群 驱动程序 惰性 广播 累加器 键 分数 病 斜率
"""

# Other words for terms of the book.
OTHERS = {
    "马尔可夫": "马尔科夫",
    "勘误": "更正",
    "主题模型": "LDA",
    "细致平衡": "细致平稳",
    "查准率": "精度",
    "查全率": "召回率",
    "准确率": "正确率",
    "灵敏度": "召回率",
    "损失函数": "损失",
    "后验分布": "后验",
    "先验分布": "先验",
}


class Chinese(SearchChinese):
    """Sphinx's, with the terms of the glossary as words, and the browser's part."""

    def init(self, options):
        super().init(options)
        jieba.setLogLevel(logging.WARNING)
        for word in terms():
            jieba.add_word(word)
        self.latin_terms = set()  # Sphinx keeps a list, in which it looks up every word
        script = Path(__file__).with_name("kamen-search.js").read_text(encoding="utf-8")
        names = json.dumps(synonyms(), ensure_ascii=False)
        self.js_splitter_code = f"const SYNONYMS = {names};\n{script}"

    def split(self, input):
        latin = self.latin1_letters.findall(input)
        self.latin_terms.update(latin)
        return [*jieba.cut_for_search(input), *latin]


def terms():
    """The Chinese words of the glossary, and of `ALSO`."""
    entries = re.findall(r"^### .+\n\n([^.\n]+)\.", FILE.read_text(encoding="utf-8"), flags=re.M)
    words = [word for entry in entries for word in re.findall("[\u4e00-\u9fff]+", entry)]
    return list(dict.fromkeys(words + ALSO.split()))


def synonyms():
    """What a reader may ask for, and what the book says: full names, other customary words."""
    found = {}
    text = FILE.read_text(encoding="utf-8")
    for heading, chinese in re.findall(r"^### (.+)\n\n([^.\n]+)\.", text, flags=re.M):
        if short := re.search(r"(?:^|\()([A-Z]{2,})\b", heading):
            found[chinese] = short[1]
    return dict(sorted((found | OTHERS).items(), key=lambda pair: -len(pair[0])))  # the longest first


def prose(doctree):
    """The texts of a page, without drawings and formulas."""
    for text in doctree.findall(nodes.Text):
        if not isinstance(text.parent, nodes.raw | nodes.math | nodes.math_block):
            yield str(text)


def weigh(app, exception):
    """Write into the index how often each word is on which page."""
    if exception or app.builder.name != "html" or app.config.language != "zh_CN":
        return
    path, indexer = Path(app.outdir) / "searchindex.js", app.builder.indexer
    text = path.read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    counts = []
    for name in index["docnames"]:
        words = indexer.lang.split(" ".join(prose(app.env.get_doctree(name))))
        counts.append(collections.Counter(indexer.lang.stem(w) for w in words))
    index["counts"] = {}
    for word in {**index["terms"], **index["titleterms"]}:
        pages = [[page, often] for page, count in enumerate(counts) if (often := count[word])]
        if len(pages) > 1 and not word.isdigit():  # else there is nothing to rank
            index["counts"][word] = pages
    index["length"] = [sum(c.values()) for c in counts]
    packed = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"Search.setIndex({packed})", encoding="utf-8")


def setup(app):
    app.add_search_language(Chinese)
    app.connect("build-finished", weigh)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
