//! How far a link travels: which channels carry a text of its length unharmed.

/// Characters that a camera still reads from a QR code on a projector's screen.
pub const PROJECTOR: usize = 300;
/// Characters that a phone held close to a screen still reads from a QR code.
pub const CLOSE_UP: usize = 1_000;
/// Characters that every browser, server and messenger leaves alone.
pub const EVERYWHERE: usize = 2_000;
/// Characters that browsers and most messengers leave alone.
pub const MOST: usize = 8_000;

/// Where a link survives, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Short enough for a QR code on a projector, and for everything else.
    Projector,
    /// Short enough for every channel.
    Everywhere,
    /// Short enough for most channels; some messengers cut it.
    Most,
    /// Too long to be sent as a link.
    Nowhere,
}

impl Reach {
    /// The reach of a link of `length` characters.
    pub fn of(length: usize) -> Self {
        let bounds = [(PROJECTOR, Reach::Projector), (EVERYWHERE, Reach::Everywhere), (MOST, Reach::Most)];
        bounds.into_iter().find(|(bound, _)| length <= *bound).map_or(Reach::Nowhere, |(_, reach)| reach)
    }

    /// The catalogue key of the sentence that says it.
    pub fn key(self) -> &'static str {
        match self {
            Reach::Projector => "share.reach.projector",
            Reach::Everywhere => "share.reach.everywhere",
            Reach::Most => "share.reach.most",
            Reach::Nowhere => "share.reach.nowhere",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_still_belongs_to_the_wider_reach() {
        for (length, reach) in [
            (0, Reach::Projector),
            (300, Reach::Projector),
            (301, Reach::Everywhere),
            (2_000, Reach::Everywhere),
            (2_001, Reach::Most),
            (8_000, Reach::Most),
            (8_001, Reach::Nowhere),
        ] {
            assert_eq!(Reach::of(length), reach, "{length} characters");
        }
    }
}
