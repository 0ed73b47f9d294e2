//! The congestion window (RFC 5681, with RFC 6582's partial acknowledgements).

/// The window never exceeds this, whatever is acknowledged: a bound for the arithmetic. The send
/// buffer bounds what is outstanding far below.
const WINDOW_MAX: u64 = 1 << 30;

/// How many octets may be outstanding.
#[derive(Clone, Debug)]
pub(super) struct Congestion {
    /// The longest payload of one DATA, in octets: SMSS.
    segment: u64,
    /// cwnd, in octets.
    window: u64,
    /// ssthresh, in octets.
    threshold: u64,
}

impl Congestion {
    pub(super) const fn new(segment: u64) -> Self {
        Self { segment, window: Self::initial(segment), threshold: WINDOW_MAX }
    }

    /// Three segments, as a segment is between 1,096 and 2,190 octets (RFC 5681 §3.1).
    const fn initial(segment: u64) -> u64 {
        3 * segment
    }

    pub(super) const fn window(&self) -> u64 {
        self.window
    }

    /// New octets were acknowledged: slow start or congestion avoidance (§3.1).
    pub(super) fn on_acknowledged(&mut self, octets: u64) {
        let growth = if self.window < self.threshold {
            octets.min(self.segment)
        } else {
            (self.segment * self.segment / self.window).max(1)
        };
        self.window = (self.window + growth).min(WINDOW_MAX);
    }

    /// Three repeated acknowledgements came while `outstanding` octets were out (§3.2).
    pub(super) fn on_fast_retransmit(&mut self, outstanding: u64) {
        self.threshold = self.reduced(outstanding);
        self.window = self.threshold + 3 * self.segment;
    }

    /// A further repeated acknowledgement: one more segment has left the network (§3.2).
    pub(super) fn on_repeated_acknowledgement(&mut self) {
        self.window = (self.window + self.segment).min(WINDOW_MAX);
    }

    /// An acknowledgement during recovery that shows a further gap (RFC 6582 §3.2).
    pub(super) fn on_partial(&mut self, octets: u64) {
        self.window = self.window.saturating_sub(octets).max(self.segment) + self.segment;
    }

    /// Everything that was out when recovery began has been acknowledged.
    pub(super) fn on_recovered(&mut self) {
        self.window = self.threshold.max(self.segment);
    }

    /// The retransmission timer ran out while `outstanding` octets were out. A further timeout of
    /// the same octets leaves the threshold alone.
    pub(super) fn on_timeout(&mut self, outstanding: u64, first: bool) {
        if first {
            self.threshold = self.reduced(outstanding);
        }
        self.window = self.segment;
    }

    /// Nothing was out for longer than the retransmission interval (§4.1).
    pub(super) fn on_idle(&mut self) {
        self.window = self.window.min(Self::initial(self.segment));
    }

    fn reduced(&self, outstanding: u64) -> u64 {
        (outstanding / 2).max(2 * self.segment)
    }
}
