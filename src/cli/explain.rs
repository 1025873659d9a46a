//! `plimsoll explain`: asks a running exporter, or AWS once.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::aws::Access;
use crate::config::Config;
use crate::escape::{self, Line};
use crate::explain::{self, Answer, Listing, MAX_HEADROOM_ROWS, Question, Refusal};
use crate::http::client;
use crate::plan::Now;
use crate::poller;

/// Pages of a listing that are asked for: a hundred thousand databases, as many as one listing of AWS has.
const PAGES: usize = 100;

/// What is to be explained.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The ARN of a database or cluster, or its identifier; without one, all are listed, or with --metric all levels
    /// of that metric, the nearest to being crossed first
    #[arg(conflicts_with = "headroom")]
    resource: Option<String>,
    /// Only this metric
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// The levels of the whole fleet with least headroom, so many of them
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1000), conflicts_with = "aws")]
    headroom: Option<u16>,
    /// Form of the answer
    #[arg(long, value_name = "FORM", default_value = "table", value_enum)]
    output: Output,
    /// The running exporter
    #[arg(long, value_name = "URL", default_value = "http://localhost:10754", conflicts_with = "aws")]
    url: String,
    /// Ask AWS itself once, by the configuration; values are not known then
    #[arg(long)]
    aws: bool,
}

/// Forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

impl ExplainArguments {
    /// Whether AWS is asked instead of a running exporter, so that the configuration matters.
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
            (None, None) => Question::Resources { after: String::new() },
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
/// It cannot be reached, or it knows no such database.
pub async fn explain_from_exporter(arguments: &ExplainArguments) -> anyhow::Result<String> {
    let mut question = arguments.question();
    let mut answer = query_exporter(&arguments.url, &question).await?;
    for _ in 1..PAGES {
        let Answer::Resources(Listing { resources, next: Some(next) }) = &mut answer else { break };
        question = Question::Resources { after: next.clone() };
        let Answer::Resources(more) = query_exporter(&arguments.url, &question).await? else { break };
        resources.extend(more.resources);
        let whole = Listing { resources: std::mem::take(resources), next: more.next };
        answer = Answer::Resources(whole);
    }
    Ok(arguments.print(&answer))
}

async fn query_exporter(url: &str, question: &Question) -> anyhow::Result<Answer> {
    let reply = client::get(url, &question.address()).await?;
    if reply.status == 200 {
        return question.read_answer(&reply.body).context("the answer is not that of this version of plimsoll");
    }
    match serde_json::from_str(&reply.body) {
        Ok(refusal) => refuse(&refusal),
        Err(_) => bail!("{url} answers with status {}; is it plimsoll?", reply.status),
    }
}

/// The answer of AWS itself, as text.
///
/// # Errors
/// It cannot be asked, or it knows no such database.
pub async fn explain_from_aws(arguments: &ExplainArguments, config: Config) -> anyhow::Result<String> {
    if let Question::LeastHeadroom { .. } = arguments.question() {
        bail!("with --aws no values are known, so levels cannot be ranked: name a database, or leave --metric out");
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
