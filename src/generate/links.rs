//! Links from a resource to what is about it elsewhere: the console of AWS, its dashboard and the runbooks.

use super::dashboards;
use super::rules::alert_name;
use crate::catalog;
use crate::config::Links;
use crate::explain::{Encoded, Explanation, Link};
use crate::resource::Kind;

/// The consoles of AWS, by the partition of an ARN: <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>.
const CONSOLES: [(&str, &str); 3] = [
    ("aws", "console.aws.amazon.com"),
    ("aws-cn", "console.amazonaws.cn"),
    ("aws-us-gov", "console.amazonaws-us-gov.com"),
];

/// Adds the links that the resource and its alerts have; one without a configured address is left out.
pub fn link(explanation: &mut Explanation, links: &Links) {
    let Some(kind) = Kind::named(&explanation.resource.kind) else { return };
    let named = |name: &str, url: Option<String>| Some(Link { name: name.to_owned(), url: url? });
    let dashboard = links.grafana.as_ref().map(|base| format!("{base}{}", dashboard(explanation, kind)));
    let pages = [named("AWS console", console(explanation, kind)), named("Grafana", dashboard)];
    explanation.links = pages.into_iter().flatten().collect();
    for metric in &mut explanation.metrics {
        let row = catalog::rows().find(|row| row.kind == kind && row.metric == metric.metric);
        let page = links.runbooks.as_ref().zip(row.and_then(alert_name));
        metric.runbook = page.map(|(base, alert)| format!("{base}/{alert}.md"));
    }
}

fn dashboard(explanation: &Explanation, kind: Kind) -> String {
    let resource = &explanation.resource;
    // An identifier never has a slash; the title of a volume is that of its instance, a slash, and its own name.
    let mut ids = resource.id.split('/');
    let dimensions: Vec<_> =
        kind.dimensions.iter().map(|name| (catalog::name::dimension_label(name), ids.next())).collect();
    dashboards::path(kind, &|label| {
        let value = match label {
            "account_id" => Some(&*resource.account_id),
            "region" => Some(&*resource.region),
            _ => dimensions.iter().find(|(name, _)| name == label).and_then(|(_, id)| *id),
        };
        Encoded(value.unwrap_or_default()).to_string()
    })
}

/// The page of the resource; of services without such an address the console of the service.
fn console(explanation: &Explanation, kind: Kind) -> Option<String> {
    let resource = &explanation.resource;
    let partition = resource.arn.split(':').nth(1)?;
    let (_, host) = CONSOLES.iter().find(|(name, _)| *name == partition)?;
    let (region, id) = (Encoded(&resource.region), resource.id.split('/').next().unwrap_or_default());
    let service = kind.service.name.split('-').next()?;
    let page = if service != Kind::DB_INSTANCE.service.name || kind == Kind::QUOTA {
        String::new()
    } else if kind == Kind::RDS_PROXY {
        format!("#proxy:id={}", Encoded(id))
    } else {
        format!("#database:id={};is-cluster={}", Encoded(id), kind.is_cluster())
    };
    Some(format!("https://{region}.{host}/{service}/home?region={region}{page}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{MetricExplanation, Summary};

    fn linked(kind: Kind, arn: &str, id: &str) -> Explanation {
        let [kind, arn, id, region, account_id] = [kind.name, arn, id, "eu-west-1", "123456789012"].map(str::to_owned);
        let resource = Summary { arn, id, kind, account_id, region, ..Summary::default() };
        let metrics = vec![MetricExplanation { metric: "CPUUtilization".to_owned(), ..MetricExplanation::default() }];
        let mut explanation = Explanation { resource, metrics, ..Explanation::default() };
        let base = |host: &str| Some(format!("https://{host}"));
        link(&mut explanation, &Links { runbooks: base("run/books"), grafana: base("grafana"), plimsoll: None });
        explanation
    }

    #[test]
    fn a_resource_has_its_page_in_the_console_and_its_dashboard() {
        let check = |kind, arn, id, console: &str, dashboard: &str| {
            let urls: Vec<String> = linked(kind, arn, id).links.into_iter().map(|link| link.url).collect();
            assert_eq!(urls, [console, dashboard]);
        };
        check(
            Kind::DB_INSTANCE,
            "arn:aws:rds:eu-west-1:123456789012:db:orders",
            "orders",
            "https://eu-west-1.console.aws.amazon.com/rds/home?region=eu-west-1#database:id=orders;is-cluster=false",
            "https://grafana/d/plimsoll-database?var-account=123456789012&var-region=eu-west-1&var-database=orders",
        );
        check(
            Kind::DB_CLUSTER,
            "arn:aws-cn:rds:eu-west-1:123456789012:cluster:a%b",
            "a%b",
            "https://eu-west-1.console.amazonaws.cn/rds/home?region=eu-west-1#database:id=a%25b;is-cluster=true",
            "https://grafana/d/plimsoll-cluster?var-account=123456789012&var-region=eu-west-1&var-cluster=a%25b",
        );
    }

    #[test]
    fn a_metric_has_the_runbook_of_its_alert() {
        let explanation = linked(Kind::DB_INSTANCE, "arn:aws:rds:eu-west-1:123456789012:db:orders", "orders");
        assert_eq!(explanation.metrics[0].runbook.as_deref(), Some("https://run/books/RDSCPUUtilizationHigh.md"));
    }
}
