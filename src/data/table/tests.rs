use super::facts::{APART, BETWEEN, COMMA, DAY_FIRST, LEFT_OUT, MONTH_FIRST, POINT, WHOLE};
use super::{TableChoices, TableFacts, Told, Topic, What, read};
use crate::Error;
use crate::data::Series;

/// Reads a table of which nothing is asked.
fn clear(text: &str) -> (Series, TableFacts) {
    let (series, facts) =
        read(text, &TableChoices::default()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert!(!facts.is_open(), "{text:?}: {:?}", facts.questions);
    (series, facts)
}

fn check(text: &str, labels: &[&str], values: &[f64]) -> TableFacts {
    let (series, facts) = clear(text);
    assert_eq!(series.labels, labels, "{text:?}");
    assert_eq!(series.only_values(), Ok(values), "{text:?}");
    facts
}

/// The questions that a table leaves open, and how it reads under these answers.
fn answered(text: &str, answers: &[(Topic, u32)]) -> (Series, TableFacts) {
    let choices =
        answers.iter().fold(TableChoices::default(), |all, (topic, answer)| all.with(*topic, *answer));
    read(text, &choices).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn asked(text: &str) -> Vec<Topic> {
    let (_, facts) = answered(text, &[]);
    facts.questions.iter().filter(|question| !question.is_answered).map(|question| question.topic).collect()
}

fn said(facts: &TableFacts) -> Vec<(What, usize, usize, usize)> {
    facts.told.iter().map(|told| (told.what, told.row, told.last, told.count)).collect()
}

#[test]
fn what_was_read_before_is_read_as_before() {
    check("1\n2\n", &["1", "2"], &[1.0, 2.0]);
    check("passengers\n1\n2.5\n\n", &["1", "2"], &[1.0, 2.5]);
    check("month,passengers\n1949-01,112\n1949-02,118", &["1949-01", "1949-02"], &[112.0, 118.0]);
    check("月份;人数\n一月;1,5\n二月;-2\n;\n", &["一月", "二月"], &[1.5, -2.0]);
    check("a\t0,125\nb\t2,5", &["a", "b"], &[0.125, 2.5]);
    check(
        "1949-01   112\n1949-02\t118\n 1949-03 132 ",
        &["1949-01", "1949-02", "1949-03"],
        &[112.0, 118.0, 132.0],
    );
    check("\"Jan, 1949\",1\n\"Feb \"\"x\"\"\", 2e3", &["Jan, 1949", "Feb \"x\""], &[1.0, 2000.0]);
    check(",0\n1949-01,1\n1949-02,2", &["1949-01", "1949-02"], &[1.0, 2.0]);
    check("\n\n1\n2\n", &["1", "2"], &[1.0, 2.0]);
    let slip = |row, column, text: &str| Err(Error::NotANumber { row, column, text: text.into() });
    let parse = |text: &str| read(text, &TableChoices::default()).map(|_| ());
    assert_eq!(parse("x\n1\n2\nthree\n4"), slip(4, 1, "three"));
    assert_eq!(parse("\n\na,1\nb,two\n"), slip(4, 2, "two"));
    assert_eq!(parse("12o\n118"), slip(1, 1, "12o"));
    assert_eq!(parse("1\n-inf\n2"), slip(2, 1, "-inf"));
    assert_eq!(parse("1\n1e999"), slip(2, 1, "1e999"));
    assert_eq!(parse("a,1,2\nb,3,4,5"), Err(Error::RaggedRow { row: 2, expected: 3, found: 4 }));
    assert_eq!(parse(""), Err(Error::SeriesTooShort { found: 0, needed: 2 }));
    assert_eq!(parse("x\n1"), Err(Error::SeriesTooShort { found: 1, needed: 2 }));
    assert_eq!(parse("3\n3\n3.0"), Err(Error::ConstantSeries));
}

#[test]
fn a_first_value_that_is_missing_is_no_header() {
    for missing in ["?", "NA", ".", "null", "-", "N/A", "#N/A", "--", ""] {
        let facts =
            check(&format!("1-01,{missing}\n1-02,145.9\n1-03,183.1\n"), &["1-02", "1-03"], &[145.9, 183.1]);
        assert_eq!(said(&facts), [(What::MissingFirst, 1, 1, 1)], "{missing}");
        let facts = check(
            &format!("Month,Sales\n1-01,{missing}\n1-02,145.9\n1-03,183.1\n"),
            &["1-02", "1-03"],
            &[145.9, 183.1],
        );
        assert_eq!(said(&facts), [(What::MissingFirst, 2, 2, 1)], "{missing}");
    }
    check("1-01,$266.0\n1-02,$145.9\n", &["1-01", "1-02"], &[266.0, 145.9]);
    check("Jan,$266.0\nFeb,$145.9\n", &["Jan", "Feb"], &[266.0, 145.9]);
    check("2024-01,0.49%\n2024-02,1.5%\n", &["2024-01", "2024-02"], &[0.49, 1.5]);
    check("￥131.5\n￥128\n", &["1", "2"], &[131.5, 128.0]);
}

#[test]
fn numbers_as_people_write_them() {
    let labels = ["2024-01", "2024-02", "2024-03"];
    check(
        "date,x\n2024-01,\"1,008.64\"\n2024-02,\"64,546.0\"\n2024-03,950",
        &labels,
        &[1008.64, 64546.0, 950.0],
    );
    check("2024-01;1 234,5\n2024-02;950\n2024-03;12 000", &labels, &[1234.5, 950.0, 12000.0]);
    check("2024-01;1\u{a0}234,5\n2024-02;950\n2024-03;12\u{202f}000", &labels, &[1234.5, 950.0, 12000.0]);
    check("2024-01,1'234.5\n2024-02,950\n2024-03,12’000", &labels, &[1234.5, 950.0, 12000.0]);
    check("2024-01,1.07K\n2024-02,3.2M\n2024-03,12万", &labels, &[1070.0, 3_200_000.0, 120_000.0]);
    check("2024-01,\"115,33\"\n2024-02,\"99,5\"\n2024-03,\"1.204,75\"", &labels, &[115.33, 99.5, 1204.75]);
    check("2024-01;(5)\n2024-02;−5\n2024-03;+3", &labels, &[-5.0, -5.0, 3.0]);
    check("2024-01\t1,5 €\n2024-02\t2,25 €\n2024-03\t3 €", &labels, &[1.5, 2.25, 3.0]);
    check("2024-01,１１２\n2024-02,１１８．５\n2024-03,1e2", &labels, &[112.0, 118.5, 100.0]);
    check(
        "2024-01,\"1,23,456\"\n2024-02,\"12,34,567\"\n2024-03,\"98,765\"",
        &labels,
        &[123_456.0, 1_234_567.0, 98_765.0],
    );
    check("1 234,5\n2 345,25\n950,1", &["1", "2", "3"], &[1234.5, 2345.25, 950.1]);
    check("date,x\n2024-01,1,008.5\n2024-02,950\n2024-03,12,500", &labels, &[1008.5, 950.0, 12500.0]);
    check("date,x\n2024-01,1,5\n2024-02,2,25\n2024-03,12", &labels, &[1.5, 2.25, 12.0]);
    check("2024-01,12.5 °C\n2024-02,13.5 °C\n2024-03,9 °C", &labels, &[12.5, 13.5, 9.0]);
    check(
        "1949-01 112,5\n1949-02 118,25\n1949-03 132,0",
        &["1949-01", "1949-02", "1949-03"],
        &[112.5, 118.25, 132.0],
    );
    let facts = check("2024-01,5*\n2024-02,6\n2024-03,7 [1]", &labels, &[5.0, 6.0, 7.0]);
    assert_eq!(said(&facts), [(What::Marks, 1, 3, 2)]);
}

#[test]
fn two_readings_are_asked() {
    let column = "147,100\n152,300\n149,800\n";
    assert_eq!(asked(column), [Topic::Split, Topic::Decimal]);
    let whole = |answer| answered(column, &[(Topic::Split, WHOLE), (Topic::Decimal, answer)]);
    assert_eq!(whole(POINT).0.values(), [147_100.0, 152_300.0, 149_800.0]);
    assert_eq!(whole(COMMA).0.values(), [147.1, 152.3, 149.8]);
    let (apart, facts) = answered(column, &[(Topic::Split, APART), (Topic::Column, 2)]);
    assert_eq!((apart.values(), facts.is_open()), (&[100.0, 300.0, 800.0][..], false));
    let quoted = "date,x\n2024-01,\"1,234\"\n2024-02,\"1,345\"\n";
    assert_eq!(asked(quoted), [Topic::Decimal]);
    assert_eq!(answered(quoted, &[]).0.values(), [1234.0, 1345.0]);
    assert_eq!(answered(quoted, &[(Topic::Decimal, COMMA)]).0.values(), [1.234, 1.345]);
    // A second comma, or another column, says it.
    assert_eq!(clear("date,x\n2024-01,\"1,234\"\n2024-02,\"1,345,678\"\n").0.values(), [1234.0, 1_345_678.0]);
    assert_eq!(asked("date;a;b\n2024-01;1.234;5,5\n2024-02;1.345;6,5\n"), [Topic::Column]);
    let (german, _) = answered("date;a;b\n2024-01;1.234;5,5\n2024-02;1.345;6,5\n", &[(Topic::Column, 2)]);
    assert_eq!(german.values(), [1234.0, 1345.0]);
    // What counts the rows is a label.
    check("1,112\n2,118\n3,132\n", &["1", "2", "3"], &[112.0, 118.0, 132.0]);
    check("1949,112\n1950,118\n1951,132\n", &["1949", "1950", "1951"], &[112.0, 118.0, 132.0]);
}

#[test]
fn what_stands_around_a_table_is_left_out_and_said() {
    let labels = ["1-01", "1-02", "1-03"];
    let facts = check(
        "\"Month\",\"Sales of shampoo over a three year period\"\n\"1-01\",266.0\n\"1-02\",145.9\n\"1-03\",183.1\n\nSales of shampoo over a three year period\n\n",
        &labels,
        &[266.0, 145.9, 183.1],
    );
    assert_eq!(said(&facts), [(What::Footer, 6, 6, 1)]);
    let facts = check(
        "Report for 2024\n\nMonth,Sales,\n1-01,266.0,\n1-02,145.9,\n1-03,183.1,\nTotal,595,\n,,\n,,\n",
        &labels,
        &[266.0, 145.9, 183.1],
    );
    assert_eq!(said(&facts), [(What::Title, 1, 1, 1), (What::Footer, 7, 7, 1)]);
    check("sep=;\nMonth;Sales\n1-01;266,0\n1-02;145,9\n1-03;183,1\n", &labels, &[266.0, 145.9, 183.1]);
    let facts = check(
        "Category: All categories\n\nWeek,bitcoin: (Worldwide)\n2024-01-07,52\n2024-01-14,61\n",
        &["2024-01-07", "2024-01-14"],
        &[52.0, 61.0],
    );
    assert_eq!(said(&facts), [(What::Title, 1, 1, 1)]);
    let facts = check("a,1\n\nb,2\nc,3\n", &["a", "b", "c"], &[1.0, 2.0, 3.0]);
    assert_eq!(said(&facts), [(What::Blank, 2, 2, 1)]);
    let facts = check(
        "月份,人数\n2024年1月,5\n2024年2月,7\n合计,12\n数据来源：统计局\n",
        &["2024年1月", "2024年2月"],
        &[5.0, 7.0],
    );
    assert_eq!(said(&facts), [(What::Footer, 4, 5, 2)]);
    check(
        "| month | value |\n|---|---:|\n| 2024-01 | 5 |\n| 2024-02 | 7 |\n",
        &["2024-01", "2024-02"],
        &[5.0, 7.0],
    );
    // A quoted break of lines is in one row of the spreadsheet.
    let slip = read("\"a\nb\",x\n2024-01,1\n2024-02,1O5\n", &TableChoices::default()).map(|_| ());
    assert_eq!(slip, Err(Error::NotANumber { row: 3, column: 2, text: "1O5".into() }));
}

#[test]
fn newest_first_is_turned() {
    let facts = check(
        "Date,Price\n01/31/2024,3\n01/30/2024,2\n01/29/2024,1\n",
        &["01/29/2024", "01/30/2024", "01/31/2024"],
        &[1.0, 2.0, 3.0],
    );
    assert_eq!(said(&facts), [(What::Turned, 0, 0, 0)]);
    for dates in [
        ["2024-02", "2024-01"],
        ["2024/1/2", "2024/1/1"],
        ["02.01.2024", "01.01.2024"],
        ["Feb 2024", "Jan 2024"],
        ["2024年2月1日", "2024年1月31日"],
        ["20240102", "20240101"],
        ["2024", "2023"],
        ["2024-01-01 10:05", "2024-01-01 09:55"],
    ] {
        check(&format!("{};1\n{};2\n", dates[0], dates[1]), &[dates[1], dates[0]], &[2.0, 1.0]);
    }
    check("2-01,3\n1-12,2\n1-11,1\n", &["1-11", "1-12", "2-01"], &[1.0, 2.0, 3.0]);
    let facts =
        check("2024-02,2\n2024-03,3\n2024-01,1\n", &["2024-01", "2024-02", "2024-03"], &[1.0, 2.0, 3.0]);
    assert_eq!(said(&facts), [(What::Sorted, 0, 0, 0)]);
    let facts = check(
        "2024-02,2\n2024-03,3\n2024-01,1\n2024-02,4\n",
        &["2024-02", "2024-03", "2024-01", "2024-02"],
        &[2.0, 3.0, 1.0, 4.0],
    );
    assert_eq!(
        facts.told,
        [Told { what: What::Unordered, row: 3, last: 3, count: 0, text: "2024-01".into() }]
    );
    let unsure = "03/04/2024,1\n02/05/2024,2\n";
    assert_eq!(asked(unsure), [Topic::Dates]);
    assert_eq!(answered(unsure, &[(Topic::Dates, DAY_FIRST)]).0.values(), [1.0, 2.0]);
    assert_eq!(answered(unsure, &[(Topic::Dates, MONTH_FIRST)]).0.values(), [2.0, 1.0]);
    // Where both go the same way it does not matter.
    check("01/01/2024,1\n01/02/2024,2\n", &["01/01/2024", "01/02/2024"], &[1.0, 2.0]);
}

#[test]
fn one_column_of_many_is_chosen() {
    let yahoo = "Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,1,3,1,2,2.5,1000\n2024-01-03,2,4,2,3,3.5,1100\n2024-01-04,null,null,null,null,null,null\n";
    assert_eq!(asked(yahoo), [Topic::Column]);
    let (series, facts) = answered(yahoo, &[]);
    assert_eq!((series.columns[0].name.as_str(), series.values()), ("Close", &[2.0, 3.0][..]));
    assert_eq!(said(&facts), [(What::MissingLast, 4, 4, 1)]);
    let question = &facts.questions[0];
    assert_eq!((question.taken, question.offers.len()), (5, 6));
    assert_eq!(
        (question.offers[5].name.as_str(), &question.offers[5].picture[..]),
        ("Volume", &[0.0, 1.0][..])
    );
    let (volume, facts) = answered(yahoo, &[(Topic::Column, 7)]);
    assert_eq!((volume.values(), facts.is_open()), (&[1000.0, 1100.0][..], false));
    check(
        "year,month,passengers\n1949,1,112\n1949,2,118\n1949,3,132\n",
        &["1949-01", "1949-02", "1949-03"],
        &[112.0, 118.0, 132.0],
    );
    check(
        "Year,Month,Day,Temp\n1981,1,1,20.7\n1981,1,2,17.9\n",
        &["1981-01-01", "1981-01-02"],
        &[20.7, 17.9],
    );
    check(
        "No,year,month,day,hour,pm\n1,2010,1,2,0,129\n2,2010,1,2,1,148\n",
        &["2010-01-02 00:00", "2010-01-02 01:00"],
        &[129.0, 148.0],
    );
    check("Month,Day,Year,x\n1,2,2010,129\n1,3,2010,148\n", &["2010-01-02", "2010-01-03"], &[129.0, 148.0]);
    check("1949 Jan 112\n1949 Feb 118\n", &["1949-01", "1949-02"], &[112.0, 118.0]);
    check(
        "Date;Time;CO\n10/03/2004;18.00.00;2,6\n10/03/2004;19.00.00;2\n",
        &["10/03/2004 18:00:00", "10/03/2004 19:00:00"],
        &[2.6, 2.0],
    );
    check(",Month,Passengers\n0,1949-01,112\n1,1949-02,118\n", &["1949-01", "1949-02"], &[112.0, 118.0]);
    // A column that never changes, and words, can't be meant.
    check("Date,Name,Unit,Value\n2024-01,x,1,5\n2024-02,x,1,6\n", &["2024-01", "2024-02"], &[5.0, 6.0]);
    let (multi, _) =
        answered("Price,Close,Open\nTicker,AAPL,AAPL\nDate,,\n2024-01-02,2,1\n2024-01-03,3,2\n", &[]);
    assert_eq!((multi.columns[0].name.as_str(), multi.values()), ("Close AAPL", &[2.0, 3.0][..]));
}

#[test]
fn tables_on_their_side() {
    let rows = "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n1949,1,2,3,4,5,6,7,8,9,10,11,12\n1950,13,14,15,16,17,18,,,,,,\n";
    let (series, facts) = clear(rows);
    assert_eq!(
        (series.len(), series.labels[0].as_str(), series.labels[17].as_str()),
        (18, "1949-01", "1950-06")
    );
    assert_eq!(series.values()[17], 18.0);
    assert_eq!(said(&facts), [(What::Months, 0, 0, 0), (What::MissingLast, 3, 3, 6)]);
    let print = "     Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec\n1949 1 2 3 4 5 6 7 8 9 10 11 12\n1950 13 14 15 16 17 18 19 20 21 22 23 24\n";
    assert_eq!(clear(print).0.values()[12], 13.0);
    let bank = "\"Data Source\",\"World Development Indicators\",\n\n\"Country Name\",\"Country Code\",\"1960\",\"1961\",\"1962\",\"1963\",\n\"Aruba\",\"ABW\",\"\",\"54\",\"55\",\"56\",\n\"Chad\",\"TCD\",\"3\",\"4\",\"5\",\"7\",\n";
    assert_eq!(asked(bank), [Topic::Column]);
    let (chad, facts) = answered(bank, &[(Topic::Column, 3)]);
    assert_eq!((chad.columns[0].name.as_str(), chad.values()), ("Chad", &[3.0, 4.0, 5.0, 7.0][..]));
    assert_eq!(said(&facts), [(What::Across, 0, 0, 0), (What::Title, 1, 1, 1)]);
    check("112, 118, 132, 129", &["1", "2", "3", "4"], &[112.0, 118.0, 132.0, 129.0]);
}

#[test]
fn rows_without_a_value_are_asked() {
    let fred = "observation_date,DEXUSEU\n2024-01-01,.\n2024-01-02,1.0956\n2024-01-03,.\n2024-01-04,1.0946\n2024-01-05,1.0955\n";
    assert_eq!(asked(fred), [Topic::Holes]);
    let (left, facts) = answered(fred, &[(Topic::Holes, LEFT_OUT)]);
    assert_eq!(left.values(), [1.0956, 1.0946, 1.0955]);
    assert_eq!(said(&facts), [(What::MissingFirst, 2, 2, 1), (What::HolesLeft, 4, 4, 1)]);
    let (filled, _) = answered(fred, &[(Topic::Holes, BETWEEN)]);
    assert_eq!((filled.len(), filled.labels[1].as_str()), (4, "2024-01-03"));
    assert!((filled.values()[1] - 1.0951).abs() < 1e-12);
    assert_eq!(asked("1\n\n3\n"), [Topic::Holes]);
    assert_eq!(asked("a,1\nb,\nc,3"), [Topic::Holes]);
}
