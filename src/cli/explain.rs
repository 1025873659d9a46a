//! `plimsoll explain`: queries a running exporter, or lists databases from AWS once.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::config_file::ConfigFile;
use super::http_config::HttpConfig;
use crate::aws::Access;
use crate::config::Config;
use crate::escape::{self, Line};
use crate::explain::{self, Answer, Listing, MAX_HEADROOM_ROWS, Question, Refusal, ScopeFailures, Wanted};
use crate::http::client::{self, ClientError};
use crate::plan::Now;
use crate::poller;

/// The limit of requested pages of a list: a hundred thousand databases, as many as one listing of AWS may have.
const MAX_PAGES: usize = 100;

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// ARN or identifier of a database or cluster; without it, all are listed, or with --metric all levels of that
    /// metric by headroom
    #[arg(conflicts_with = "headroom")]
    resource: Option<String>,
    /// Only this metric
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// List this number of levels, those with the least headroom in the whole fleet
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1000), conflicts_with = "aws")]
    headroom: Option<u16>,
    /// Format of the answer
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    output: Output,
    /// Address of the running exporter
    #[arg(long, value_name = "URL", default_value = "http://localhost:10754", conflicts_with = "aws")]
    url: String,
    /// List databases from AWS once, with the accounts and regions of the configuration; without values
    #[arg(long)]
    aws: bool,
    /// The configuration file.
    #[command(flatten)]
    pub(super) config: ConfigFile,
    /// How the exporter is reached if it has TLS or users.
    #[command(flatten)]
    http: HttpConfig,
}

/// Formats of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

impl ExplainArguments {
    /// Whether databases are listed from AWS instead of a running exporter, so that the configuration is needed.
    #[must_use]
    pub const fn uses_aws(&self) -> bool {
        self.aws
    }

    fn question(&self) -> Question {
        let metric = self.metric.clone();
        match (&self.resource, self.headroom) {
            (Some(name), _) => Question::Resource { name: name.clone(), metric },
            (None, Some(count)) => Question::LeastHeadroom { count: count.into(), metric },
            (None, None) if metric.is_some() => Question::LeastHeadroom { count: MAX_HEADROOM_ROWS, metric },
            (None, None) => Question::Resources(Wanted::default()),
        }
    }

    fn print(&self, answer: &Answer) -> String {
        match self.output {
            Output::Table => answer.table(),
            Output::Json => escape::lines(&answer.json()),
        }
    }
}

/// The answer of a running exporter, as text.
///
/// # Errors
/// The exporter cannot be reached, or no database or more than one has the name.
pub async fn explain_from_exporter(arguments: &ExplainArguments) -> anyhow::Result<String> {
    let access = arguments.http.load()?;
    let answer = match arguments.question() {
        Question::Resources(_) => Answer::Resources(resources(&arguments.url, &access).await?),
        question => query_exporter(&arguments.url, &question, &access).await?,
    };
    if let Answer::Resources(Listing { resources, failures, .. }) = &answer
        && resources.is_empty()
        && !failures.is_empty()
    {
        let lines: Vec<String> = failures.iter().flat_map(ScopeFailures::lines).collect();
        return refuse(&Refusal { error: "no database is known".to_owned(), candidates: lines });
    }
    let text = arguments.print(&answer);
    match (&answer, arguments.output) {
        (Answer::LeastHeadroom(_), Output::Table) => Ok(text + &failing(&arguments.url, &access).await?),
        _ => Ok(text),
    }
}

/// What fails meanwhile, because of which a ranking may lack levels or have old values. Its JSON has no place for that.
async fn failing(url: &str, access: &client::Access) -> anyhow::Result<String> {
    let one = Question::Resources(Wanted { limit: 1, ..Wanted::default() });
    let Answer::Resources(listing) = query_exporter(url, &one, access).await? else { return Ok(String::new()) };
    let lines = listing.failures.iter().flat_map(ScopeFailures::lines);
    Ok(lines.flat_map(|line| [Line(&line).to_string(), "\n".to_owned()]).collect())
}

/// Every resource of a running exporter, page by page.
///
/// # Errors
/// The exporter cannot be reached.
pub(super) async fn resources(url: &str, access: &client::Access) -> anyhow::Result<Listing> {
    let mut all = Listing::default();
    for _ in 0..MAX_PAGES {
        let question = Question::Resources(Wanted::after(all.next.take().unwrap_or_default()));
        let Answer::Resources(page) = query_exporter(url, &question, access).await? else { break };
        all.resources.extend(page.resources);
        (all.next, all.failures) = (page.next, page.failures);
        if all.next.is_none() {
            break;
        }
    }
    Ok(all)
}

async fn query_exporter(url: &str, question: &Question, access: &client::Access) -> anyhow::Result<Answer> {
    let reply = match client::get(url, &question.address(), access).await {
        Err(error @ ClientError::Connect(..)) => {
            return Err(error)
                .context("no answer from plimsoll: if it listens on another address, name that with --url");
        }
        reply => reply?,
    };
    if reply.status == 200 {
        return question.read_answer(&reply.body).context("the answer comes from another version of plimsoll");
    }
    match serde_json::from_str(&reply.body) {
        Ok(refusal) => refuse(&refusal),
        Err(_) => bail!(
            "{url} answers with status {}: is it plimsoll? --url is the address of its overview, such as \
             http://localhost:10754, without /metrics",
            reply.status
        ),
    }
}

/// The answer from one listing of AWS, as text.
///
/// # Errors
/// AWS cannot be queried, or no database or more than one has the name.
pub async fn explain_from_aws(arguments: &ExplainArguments, config: Config) -> anyhow::Result<String> {
    if let Question::LeastHeadroom { .. } = arguments.question() {
        bail!("with --aws there are no values, so levels cannot be ranked: name a database, or leave --metric out");
    }
    let views = poller::list_once(&Arc::new(config), &Access::default(), arguments.resource.as_deref()).await?;
    match explain::answer(&arguments.question(), &views, Now::at(poller::unix_now())) {
        Ok(answer) => Ok(arguments.print(&answer)),
        Err(refusal) => refuse(&refusal),
    }
}

fn refuse<T>(refusal: &Refusal) -> anyhow::Result<T> {
    let lines = [&refusal.error].into_iter().chain(&refusal.candidates).map(|line| Line(line).to_string());
    let lines: Vec<String> = lines.collect();
    bail!("{}", lines.join("\n  "))
}
