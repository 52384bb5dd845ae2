//! The lesson on learned embeddings from the outside: the book's run, and sentences of the reader's own.

use unroll::data::{Data, Sentences};
use unroll::lessons::embedding::{LESSON, Learned};
use unroll::protocol::{Command, Job, Origin, Picture};

use crate::bench::{Bench, TICK, job};
use crate::training::check_that_a_snapshot_goes_on;

/// Two steps an epoch, their sentences shuffled anew each time.
#[test]
fn a_restored_snapshot_goes_on_with_its_shuffles() {
    check_that_a_snapshot_goes_on(&LESSON, &[("epochs", "20")], 40);
}

/// The book's run: the four sentences are told apart, and the vectors have moved. The listing as printed mixes the
/// sentences of a batch, so what it says of one depends on the others.
#[test]
fn the_sentences_of_the_book_are_told_apart() {
    let run = |pairs: &[(&str, &str)]| {
        let mut bench = Bench::open(job(&LESSON, pairs), Origin::Seed);
        let before = bench.last_picture();
        bench.train();
        let after = bench.last_picture();
        assert_eq!((before.step, after.step), (0, 200));
        let learned = |picture: Picture| picture.figures::<Learned>().unwrap();
        (learned(before), learned(after), bench.metrics())
    };
    let (before, after, metrics) = run(&[]);
    assert_eq!((before.vectors.len(), after.probabilities.len()), (11 * 20, 4 * 2));
    assert!(metrics["loss"] < 0.01 && metrics["accuracy"] == 100.0, "{metrics:?}");
    let moved = |word: usize| {
        let row = word * 20..(word + 1) * 20;
        before.vectors[row.clone()].iter().zip(&after.vectors[row]).any(|(a, b)| a != b)
    };
    // Every word of the book's table occurs in it.
    assert!((0..11).all(moved));
    let (_, literal, _) = run(&[("batch_first", "off")]);
    assert_ne!(literal.probabilities, after.probabilities);

    let text = "好\t今天 很 开心\n坏\t今天 很 难过\n好\t开心\n坏\t难过\n";
    let data = Some(Data::Sentences(Sentences::parse(text).unwrap()));
    let mut own = Bench::new(TICK);
    let job = Job { data, ..job(&LESSON, &[("drop_last", "0"), ("table_percent", "100")]) };
    own.send(Command::Open { run: 1, job, origin: Origin::Seed });
    own.train();
    assert_eq!((own.errors(), own.metrics()["accuracy"]), (Vec::new(), 100.0));

    // More sentences than are looked at together.
    let many: String = (0..300).map(|row| format!("{}\t词{row} 今天\n", row % 2)).collect();
    let data = Some(Data::Sentences(Sentences::parse(&many).unwrap()));
    let mut bench = Bench::new(TICK);
    let job = Job {
        data,
        ..self::job(&LESSON, &[("batch_size", "50"), ("epochs", "20"), ("table_percent", "100")])
    };
    bench.send(Command::Open { run: 1, job, origin: Origin::Seed });
    bench.train();
    assert_eq!((bench.errors(), bench.losses().len()), (Vec::new(), 120));
    assert!(bench.metrics()["accuracy"] > 95.0, "{:?}", bench.metrics());
}
