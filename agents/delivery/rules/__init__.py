"""What becomes of a reminder on its way to the gateway. Pure: no clock, no Kafka, no network."""
