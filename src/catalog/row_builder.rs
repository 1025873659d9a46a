//! How rows are written: a metric, then what differs from the usual.
//!
//! For the tables only. A chain that makes no sense, such as levels on a row without a bad side, does not compile.

use super::{
    Alert, Busy, Condition, DefaultLevel, DefaultLevels, Denominator, Fact, Forecast, IntervalClass, Provider, Row,
    Sentinel, Side, Statistic, Unit,
};
use crate::resource::{Engine, Kind};
use crate::time::{Period, Seconds};

/// What a rule waits at least, unless its row says otherwise.
const USUAL_WAIT: Seconds = Seconds::new(15 * 60);

/// How long an alert on an event stays: long enough to be seen by who looks at pages every few minutes.
const EVENT_STAYS: Seconds = Seconds::new(15 * 60);

/// How long an alert on a forecast stays: it moves with every value, and near its level one trend would page many times.
const FORECAST_STAYS: Seconds = Seconds::new(60 * 60);

impl Row {
    /// A metric of every engine: averaged, queried every five minutes, shown nowhere, without a bad side.
    pub(super) const fn of(kind: Kind, metric: &'static str, unit: Unit, help: &'static str) -> Self {
        Self {
            metric,
            help,
            unit,
            kind,
            engines: &[],
            when: &[],
            interval: IntervalClass::Slow,
            published: Period::Minute,
            statistic: Statistic::Average,
            shown: &[],
            alert: None,
            sentinel: Sentinel::None,
            silent_while_idle: false,
            provider: Provider::CloudWatch,
        }
    }

    pub(super) const fn engines(mut self, engines: &'static [Engine]) -> Self {
        self.engines = engines;
        self
    }

    pub(super) const fn when(mut self, when: &'static [Condition]) -> Self {
        self.when = when;
        self
    }

    pub(super) const fn fast(mut self) -> Self {
        self.interval = IntervalClass::Fast;
        self
    }

    /// CloudWatch has a value of it every five minutes only.
    pub(super) const fn every_five_minutes(mut self) -> Self {
        self.published = Period::FiveMinutes;
        self
    }

    pub(super) const fn sparse(mut self) -> Self {
        self.interval = IntervalClass::Sparse;
        self
    }

    pub(super) const fn daily(mut self) -> Self {
        self.interval = IntervalClass::Daily;
        self
    }

    pub(super) const fn statistic(mut self, statistic: Statistic) -> Self {
        self.statistic = statistic;
        self
    }

    pub(super) const fn shown(mut self, shown: &'static [Statistic]) -> Self {
        self.shown = shown;
        self
    }

    pub(super) const fn sentinel(mut self, sentinel: Sentinel) -> Self {
        self.sentinel = sentinel;
        self
    }

    /// The listing returns it.
    pub(super) const fn described(mut self, fact: Fact) -> Self {
        self.provider = Provider::Describe(fact);
        self
    }

    /// The alert rule computes it.
    pub(super) const fn forecast(mut self, forecast: Forecast) -> Self {
        self.provider = Provider::Forecast(forecast);
        self
    }

    /// plimsoll adds it up.
    pub(super) const fn sum_of(mut self, parts: [&'static str; 2]) -> Self {
        self.provider = Provider::Computed(parts);
        self
    }

    pub(super) const fn silent_while_idle(mut self) -> Self {
        self.silent_while_idle = true;
        self
    }

    /// Bad when the statistic is above a level.
    pub(super) const fn high(self, statistic: Statistic, plausible: (f64, f64)) -> Self {
        self.bad(Side::High, statistic, plausible)
    }

    /// Bad when the statistic is below a level.
    pub(super) const fn low(self, statistic: Statistic, plausible: (f64, f64)) -> Self {
        self.bad(Side::Low, statistic, plausible)
    }

    const fn bad(mut self, bad: Side, statistic: Statistic, plausible: (f64, f64)) -> Self {
        self.statistic = statistic;
        self.alert = Some(Alert {
            bad,
            plausible,
            relative_to: None,
            defaults: &[],
            min_for: USUAL_WAIT,
            keep_firing: Seconds::ZERO,
            busy: None,
            only_once_fallen: false,
        });
        self
    }

    pub(super) const fn relative_to(self, denominator: Denominator) -> Self {
        let alert = Alert { relative_to: Some(denominator), ..self.bad_side() };
        self.with(alert)
    }

    pub(super) const fn levels(self, defaults: &'static [DefaultLevels]) -> Self {
        let alert = Alert { defaults, ..self.bad_side() };
        self.with(alert)
    }

    /// Never bad while the operations that it is the duration of take next to no time together.
    pub(super) const fn while_busy(self, operations: &'static str, at_a_time: f64) -> Self {
        let alert = Alert { busy: Some(Busy { operations, at_a_time }), ..self.bad_side() };
        self.with(alert)
    }

    pub(super) const fn for_minutes(self, minutes: i64) -> Self {
        let alert = Alert { min_for: Seconds::new(minutes * 60), ..self.bad_side() };
        self.with(alert)
    }

    /// Each value tells of something that happened: one is enough, and the alert outlives it.
    pub(super) const fn event(self) -> Self {
        self.silent_while_idle().at_once()
    }

    /// How long something has been running: a low value means a restart, but only of what was running before.
    pub(super) const fn restart(self) -> Self {
        let alert = Alert { only_once_fallen: true, ..self.bad_side() };
        self.with(alert).at_once()
    }

    /// The value comes from a trend, so the alert outlives a moment on the good side of its level.
    pub(super) const fn trend(self) -> Self {
        let alert = Alert { keep_firing: FORECAST_STAYS, ..self.bad_side() };
        self.with(alert)
    }

    const fn at_once(self) -> Self {
        let alert = Alert { min_for: Seconds::ZERO, keep_firing: EVENT_STAYS, ..self.bad_side() };
        self.with(alert)
    }

    const fn with(mut self, alert: Alert) -> Self {
        self.alert = Some(alert);
        self
    }

    const fn bad_side(&self) -> Alert {
        match self.alert {
            Some(alert) => alert,
            None => panic!("only a row with a bad side has levels and waits"),
        }
    }
}

impl DefaultLevels {
    pub(super) const fn values(warning: f64, critical: f64, source: &'static str) -> Self {
        Self::of(DefaultLevel::Value(warning), Some(DefaultLevel::Value(critical)), source)
    }

    pub(super) const fn value(warning: f64, source: &'static str) -> Self {
        Self::of(DefaultLevel::Value(warning), None, source)
    }

    pub(super) const fn shares(warning: f64, critical: f64, source: &'static str) -> Self {
        Self::of(DefaultLevel::Share(warning), Some(DefaultLevel::Share(critical)), source)
    }

    pub(super) const fn share(warning: f64, source: &'static str) -> Self {
        Self::of(DefaultLevel::Share(warning), None, source)
    }

    /// Each a share and an amount, crossed only together.
    pub(super) const fn both(warning: (f64, f64), critical: (f64, f64), source: &'static str) -> Self {
        let (warning, critical) =
            (DefaultLevel::Both(warning.0, warning.1), DefaultLevel::Both(critical.0, critical.1));
        Self::of(warning, Some(critical), source)
    }

    const fn of(warning: DefaultLevel, critical: Option<DefaultLevel>, source: &'static str) -> Self {
        Self { engines: &[], when: &[], warning: Some(warning), critical, source, why: "" }
    }

    /// Why these numbers, and on which databases crossing them is no trouble.
    pub(super) const fn because(mut self, why: &'static str) -> Self {
        self.why = why;
        self
    }

    pub(super) const fn engines(mut self, engines: &'static [Engine]) -> Self {
        self.engines = engines;
        self
    }

    pub(super) const fn when(mut self, when: &'static [Condition]) -> Self {
        self.when = when;
        self
    }
}
