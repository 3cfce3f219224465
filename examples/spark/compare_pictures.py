"""
Compares pairs of pictures on a Spark cluster: each partition of the lines goes through a worker of perceptual-loss, and the reports of the partitions are added up.

    spark-submit --master spark://HOST:7077 compare_pictures.py pairs.ndjson results --root /data --loss lpips,psnr

With --features the lines are single pictures, {"picture": "a.png"}; what is printed then are the statistics of their features, which `perceptual-loss distance` compares.

Every machine has Node, the package and the pictures; --command says how the package is called there. Options that this program does not know are the worker's.
A partition that is lost with its machine is done again by Spark, and its half-written results are never seen, so nothing is counted twice.
"""

import argparse
import shlex
import subprocess

from pyspark.sql import SparkSession


def arguments():
    parser = argparse.ArgumentParser(description="Compares pairs of pictures on a Spark cluster.", allow_abbrev=False)
    parser.add_argument("pairs", help="a file of lines such as {\"reference\": \"a.png\", \"picture\": \"b.png\"}")
    parser.add_argument("results", help="the folder to write: a result a line, in the order of the pairs")
    parser.add_argument("--partitions", type=int, default=64, help="into how many parts the pairs are dealt; a lost part is done again whole")
    parser.add_argument("--command", default="npx perceptual-loss", help="how the package is called")
    return parser.parse_known_args()


def main():
    args, options = arguments()
    spark = SparkSession.builder.appName("perceptual-loss").getOrCreate()
    context = spark.sparkContext

    worker = f"{args.command} worker --threads 1 {shlex.join(options)}"
    context.textFile(args.pairs, args.partitions).pipe(worker, checkCode=True).saveAsTextFile(args.results)

    merge = f"{args.command} merge --json -"
    reports = context.textFile(args.results).pipe(merge, checkCode=True).collect()
    report = subprocess.run(shlex.split(merge), input="\n".join(reports), stdout=subprocess.PIPE, text=True, check=True)
    print(report.stdout, end="")
    spark.stop()


if __name__ == "__main__":
    main()
