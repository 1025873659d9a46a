"""Calls AWS APIs with boto3: reads a list of [service, operation, arguments] as JSON, writes the list of answers.

Where to and as whom stands in the environment, as for any AWS client.
"""

import json
import sys

import boto3


def main():
    clients = {}
    answers = []
    for service, operation, arguments in json.load(sys.stdin):
        if service not in clients:
            clients[service] = boto3.client(service)
        answer = getattr(clients[service], operation)(**arguments)
        answer.pop("ResponseMetadata")
        answers.append(answer)
    json.dump(answers, sys.stdout, default=lambda moment: moment.timestamp())


main()
