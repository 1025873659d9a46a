//! Why text cannot be read, with what to write instead.

use crate::resource::Engine;

/// Why a file or an argument cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is no JSON, or not of the expected form.
    #[error("not the JSON of `aws rds describe-db-instances`, `describe-db-clusters` or `terraform show -json`")]
    Json(#[from] serde_json::Error),
    /// The JSON is none of the known documents.
    #[error(
        "neither `DBInstances`, `DBClusters` nor `resource_changes`: write what `aws rds describe-db-instances`, \
         `aws rds describe-db-clusters` or `terraform show -json` prints"
    )]
    Foreign,
    /// There is no text.
    #[error("it is empty: check whether the command that writes it failed")]
    Empty,
    /// The JSON is a list, as `--query` prints it.
    #[error("a list without a name: leave out `--query`, so that the list is named `DBInstances` or `DBClusters`")]
    List,
    /// The JSON is a state of Terraform.
    #[error(
        "a state, not a plan: write what `terraform show -json plan.tfplan` prints after `terraform plan -out=plan.tfplan`"
    )]
    State,
    /// The engine on the command line is unknown.
    #[error(
        "`{0}` is no engine that plimsoll knows: write {known}, or one of their editions, such as sqlserver-ee",
        known = Engine::KNOWN.map(Engine::name).join(", ")
    )]
    Engine(String),
    /// The class on the command line is unknown.
    #[error(
        "`{0}` is no class that plimsoll knows: write it as AWS does, such as db.r6g.large, or describe it in the \
         configuration under [[class]]"
    )]
    Class(String),
    /// The storage on the command line is invalid.
    #[error("`{0}` is no size such as 100GiB")]
    Storage(String),
    /// The capacity on the command line is invalid.
    #[error("`{0}` is no minimum and maximum capacity, such as 0.5-16")]
    Capacity(String),
    /// The capacity is set for a class without capacity units.
    #[error("--capacity is only for Aurora Serverless v2: add --class db.serverless")]
    NotServerless,
    /// A tag is on the command line twice, with different values.
    #[error("`{0}` is given twice with different values: remove one")]
    Contradiction(String),
    /// A tag on the command line has no value.
    #[error("`{0}` is no tag such as plimsoll/CPUUtilization=80/90")]
    Tag(String),
}
