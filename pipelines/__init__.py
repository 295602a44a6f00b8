"""What happens to an article, in this order. Each step is one class in a file of its own; the order stands only here.

Strip comes before dedupe, so that copies that differ by adverts meet; record is last: one transaction.
"""

ITEM_PIPELINES = {
    f"pipelines.{step}": 100 * place
    for place, step in enumerate(
        (
            "validate.Validate",
            "strip.Strip",
            "quality.QualityGate",
            "dedupe.Dedupe",
            "record.Record",
        ),
        start=1,
    )
}
