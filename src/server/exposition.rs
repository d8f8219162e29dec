//! Metric families, put into the Prometheus client's encoder a row at a time.
//!
//! Knows no metric: `metrics` names them. The format itself is the client's.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::room::Durations;
use crate::transport::Flow;

/// The labels of one row.
pub(super) type Labels = Vec<(&'static str, String)>;

/// An exposition under way. Its functions fail only if the encoder does. Help texts get their full stop here.
pub(super) struct Exposition<'a>(DescriptorEncoder<'a>);

impl<'a> Exposition<'a> {
    pub(super) fn new(encoder: DescriptorEncoder<'a>) -> Self {
        Self(encoder)
    }

    /// One fact that never changes; the name gets `_info`.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &[(&'static str, String)]) -> fmt::Result {
        let help = sentence(help);
        self.0.encode_descriptor(name, &help, None, MetricType::Info)?.encode_info(&labels)
    }

    /// One counter; the name gets `_total`.
    pub(super) fn counter(&mut self, name: &str, help: &str, count: u64) -> fmt::Result {
        let help = sentence(help);
        let mut metric = self.0.encode_descriptor(name, &help, None, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, u64, f64>(&count, None)
    }

    /// Counters of one family; the name gets `_total`.
    pub(super) fn counters(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = (Labels, u64)>,
    ) -> fmt::Result {
        self.counters_in(name, help, None, rows)
    }

    /// Counters of packets and of bytes, each with the labels given.
    pub(super) fn flows(
        &mut self,
        way: &str,
        whither: &str,
        rows: impl Iterator<Item = (Labels, Flow)> + Clone,
    ) -> fmt::Result {
        let packets = rows.clone().map(|(labels, flow)| (labels, flow.packets));
        self.counters(&format!("packets_{way}"), &format!("Engine.IO packets {whither}"), packets)?;
        let help = format!("WebSocket frames and polling bodies {whither}");
        self.counters_in(way, &help, Some(Unit::Bytes), rows.map(|(labels, flow)| (labels, flow.bytes)))
    }

    /// One counter in this unit; the name gets the unit and `_total`.
    pub(super) fn counter_in(&mut self, name: &str, help: &str, unit: Unit, count: f64) -> fmt::Result {
        let help = sentence(help);
        let mut metric = self.0.encode_descriptor(name, &help, Some(&unit), MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, f64, f64>(&count, None)
    }

    /// One gauge.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl EncodeGaugeValue) -> fmt::Result {
        let help = sentence(help);
        self.0.encode_descriptor(name, &help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// One gauge of bytes; the name gets `_bytes`.
    pub(super) fn gauge_of_bytes(&mut self, name: &str, help: &str, value: impl EncodeGaugeValue) -> fmt::Result {
        self.gauge_in(name, help, Unit::Bytes, value)
    }

    /// One gauge in this unit; the name gets the unit.
    pub(super) fn gauge_in(&mut self, name: &str, help: &str, unit: Unit, value: impl EncodeGaugeValue) -> fmt::Result {
        let help = sentence(help);
        self.0.encode_descriptor(name, &help, Some(&unit), MetricType::Gauge)?.encode_gauge(&value)
    }

    /// Gauges of one family.
    pub(super) fn gauges(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = (Labels, impl EncodeGaugeValue)>,
    ) -> fmt::Result {
        let help = sentence(help);
        let mut family = self.0.encode_descriptor(name, &help, None, MetricType::Gauge)?;
        for (labels, value) in rows {
            family.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// Histograms of one family; the name gets `_seconds`.
    pub(super) fn durations<'b>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl Iterator<Item = (Labels, &'b Durations)>,
    ) -> fmt::Result {
        let help = sentence(help);
        let mut family = self.0.encode_descriptor(name, &help, Some(&Unit::Seconds), MetricType::Histogram)?;
        for (labels, durations) in rows {
            let buckets =
                durations.buckets().map(|(most, count)| (most.map_or(f64::INFINITY, |it| it.as_secs_f64()), count));
            let buckets: Vec<_> = buckets.collect();
            let mut metric = family.encode_family(&labels)?;
            metric.encode_histogram::<NoLabelSet>(durations.sum.as_secs_f64(), durations.count(), &buckets, None)?;
        }
        Ok(())
    }

    fn counters_in(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        rows: impl Iterator<Item = (Labels, u64)>,
    ) -> fmt::Result {
        let help = sentence(help);
        let mut family = self.0.encode_descriptor(name, &help, unit.as_ref(), MetricType::Counter)?;
        for (labels, count) in rows {
            family.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, f64>(&count, None)?;
        }
        Ok(())
    }
}

fn sentence(help: &str) -> String {
    format!("{help}.")
}
