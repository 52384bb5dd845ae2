//! What tables call their columns and rows, in the languages of most spreadsheets.

/// Names of columns that say when.
pub(super) const WHEN: [&str; 42] = [
    "date",
    "dates",
    "time",
    "datetime",
    "timestamp",
    "day",
    "month",
    "year",
    "week",
    "quarter",
    "period",
    "label",
    "index",
    "ds",
    "t",
    "observation_date",
    "trade_date",
    "time_period",
    "ref_date",
    "日期",
    "时间",
    "月份",
    "年份",
    "年",
    "月",
    "年月",
    "日",
    "交易日期",
    "交易时间",
    "标签",
    "序号",
    "季度",
    "统计时间",
    "datum",
    "zeit",
    "monat",
    "jahr",
    "fecha",
    "mes",
    "mois",
    "année",
    "data",
];
/// Names of columns that count rows.
pub(super) const COUNTERS: [&str; 9] = ["", "index", "no", "no.", "id", "#", "序号", "编号", "unnamed: 0"];
/// Names of columns of years.
pub(super) const YEARS: [&str; 8] = ["year", "yr", "年", "年份", "jahr", "année", "año", "anno"];
/// Of months.
pub(super) const MONTHS: [&str; 9] = ["month", "mon", "mo", "月", "月份", "monat", "mois", "mes", "mese"];
/// Of days.
pub(super) const DAYS: [&str; 8] = ["day", "dy", "日", "日期", "tag", "jour", "día", "giorno"];
/// Of hours.
pub(super) const HOURS: [&str; 9] = ["hour", "hr", "h", "时", "小时", "stunde", "heure", "hora", "ora"];

/// Names of the column that most people mean, in lower case, the likeliest first.
pub(super) const LIKELY: [&str; 40] = [
    "value",
    "values",
    "y",
    "close",
    "close/last",
    "收盘",
    "收盘价",
    "收盘价(元)",
    "adj close",
    "price",
    "最新价",
    "最新",
    "last",
    "数值",
    "值",
    "obs_value",
    "count",
    "sales",
    "销量",
    "销售额",
    "人数",
    "数量",
    "金额",
    "total",
    "合计",
    "amount",
    "schlusskurs",
    "schluss",
    "kurs",
    "wert",
    "valeur",
    "clôture",
    "dernier",
    "valor",
    "cierre",
    "último",
    "passengers",
    "number",
    "mean",
    "index",
];

/// What stands before a sum, in lower case.
pub(super) const SUMS: [&str; 28] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "subtotal",
    "average",
    "avg",
    "mean",
    "median",
    "min",
    "max",
    "std",
    "合计",
    "总计",
    "小计",
    "平均",
    "平均值",
    "最大值",
    "最小值",
    "总和",
    "均值",
    "gesamt",
    "summe",
    "mittelwert",
    "somme",
    "moyenne",
    "suma",
    "promedio",
];
/// How notes below a table begin, in lower case.
pub(super) const NOTES: [&str; 18] = [
    "source",
    "note",
    "notes",
    "unit",
    "units",
    "data",
    "footnote",
    "*",
    "©",
    "来源",
    "数据来源",
    "资料来源",
    "注",
    "备注",
    "说明",
    "单位",
    "quelle",
    "fuente",
];

/// Does a column only count the rows?
pub(super) fn is_counter(name: &str, values: &[Option<f64>]) -> bool {
    let counts = values.len() > 1
        && values.windows(2).all(|pair| matches!(pair, [Some(a), Some(b)] if *b == *a + 1.0))
        && matches!(values[0], Some(0.0 | 1.0));
    counts && COUNTERS.contains(&name.to_lowercase().as_str())
}

/// Is it the name of a column that says when?
pub(super) fn says_when(name: &str) -> bool {
    WHEN.contains(&name.to_lowercase().as_str())
}
