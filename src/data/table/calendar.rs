//! A column of labels as dates: in which order their parts stand, and which way they go.

use super::dates::{Detail, Order, PIVOT, read};

/// No two-digit year is.
const ALL_OLD: i64 = 0;

/// Which way the dates of a column go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Oldest first.
    Rising,
    /// Newest first.
    Falling,
    /// Neither, the first row (from 0) that stands before the one above it.
    Mixed(usize),
}

/// The dates of a column, read in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Calendar {
    /// The order of their parts.
    pub order: Order,
    /// Which way they go.
    pub direction: Direction,
    /// What rises with time, for each row.
    pub keys: Vec<i64>,
}

/// All ways to read a column of labels as dates: for each order of parts in which all are dates that say a day, month or year
/// one calendar. A single row in fifty may be none; it takes its neighbour's place.
pub(super) fn calendars(labels: &[&str]) -> Vec<Calendar> {
    let read_all = |order, pivot| {
        let (mut keys, mut strangers, mut last) = (Vec::with_capacity(labels.len()), 0, 0);
        for label in labels {
            let moment = read(label, order, pivot);
            match moment.filter(|moment| !matches!(moment.detail, Detail::Month | Detail::Time)) {
                Some(moment) => last = moment.key(),
                None => strangers += 1,
            }
            if 50 * strangers > labels.len() {
                return None;
            }
            keys.push(last);
        }
        Some(Calendar { order, direction: direction(&keys), keys })
    };
    let calendar = |order| {
        let usual = read_all(order, PIVOT)?;
        // A century may end in the middle of the column.
        let is_mixed = |calendar: &Calendar| matches!(calendar.direction, Direction::Mixed(_));
        match is_mixed(&usual) {
            true => read_all(order, ALL_OLD).filter(|old| !is_mixed(old)).or(Some(usual)),
            false => Some(usual),
        }
    };
    Order::ALL.into_iter().filter_map(calendar).collect()
}

fn direction(keys: &[i64]) -> Direction {
    let falls = keys.windows(2).position(|pair| pair[0] > pair[1]);
    let rises = keys.windows(2).position(|pair| pair[0] < pair[1]);
    match (rises, falls) {
        (_, None) => Direction::Rising,
        (None, Some(_)) => Direction::Falling,
        (Some(rise), Some(fall)) => Direction::Mixed(rise.max(fall) + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_says_which_way_it_goes() {
        let found = |labels: &[&str]| {
            let all = calendars(labels).into_iter();
            all.map(|calendar| (calendar.order, calendar.direction)).collect::<Vec<_>>()
        };
        use Direction::{Falling, Mixed, Rising};
        assert_eq!(found(&["2024-01", "2024-02"])[0], (Order::Ymd, Rising));
        assert_eq!(found(&["2024-02", "2024-01", "2023-12"])[0], (Order::Ymd, Falling));
        assert_eq!(found(&["01/31/2024", "01/30/2024"]), [(Order::Mdy, Falling)]);
        assert_eq!(found(&["31.01.2024", "01.02.2024"]), [(Order::Dmy, Rising)]);
        assert_eq!(found(&["03/04/2024", "02/05/2024"]), [(Order::Dmy, Rising), (Order::Mdy, Falling)]);
        assert_eq!(found(&["1-01", "1-12", "2-01"])[0], (Order::Ymd, Rising));
        assert_eq!(found(&["Dec-68", "Jan-69", "Feb-69"])[0], (Order::Ymd, Rising));
        assert_eq!(found(&["2024-02", "2024-03", "2024-01"])[0], (Order::Ymd, Mixed(2)));
        assert!(found(&["Jan", "Feb"]).is_empty());
    }
}
