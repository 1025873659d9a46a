"""Calls AWS APIs with boto3: reads a list of [service, operation, arguments] as JSON, writes the list of answers.

Where to and as whom stands in the environment, as for any AWS client. An error is an answer too: {"Error": ...}.
PREFERRED_PROTOCOL names a wire protocol that boto3 can speak and would not choose by itself.
"""

import json
import os
import sys

import boto3
import botocore.exceptions
import botocore.model


def client(service, preferred):
    made = boto3.client(service)
    spoken = made.meta.service_model.resolved_protocol
    assert preferred in (None, spoken), f"{service} speaks {spoken}"
    return made


def call(made, operation, arguments):
    try:
        answer = getattr(made, operation)(**arguments)
    except botocore.exceptions.ClientError as error:
        return {"Error": error.response["Error"]}
    answer.pop("ResponseMetadata")
    return answer


def main():
    preferred = os.environ.get("PREFERRED_PROTOCOL")
    if preferred:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = (preferred,)
    clients = {}
    answers = []
    for service, operation, arguments in json.load(sys.stdin):
        if service not in clients:
            clients[service] = client(service, preferred)
        answers.append(call(clients[service], operation, arguments))
    json.dump(answers, sys.stdout, default=lambda moment: moment.timestamp())


main()
