"""The contract names of the topics; what they are called on a cluster is a setting."""

REPAYMENT_MISSED = "repayment-missed"
PAYMENT_RECEIVED = "payment-received"
INSTALMENT_SCHEDULED = "instalment-scheduled"
PROFILE_UPDATED = "profile-updated"
CASE_UPDATED = "case-updated"
REMINDER_RECEIPTS = "reminder-receipts"
BORROWER_REPLIES = "borrower-replies"
REMINDER_CONTROLS = "reminder-controls"
REMINDERS = "reminders"
REMINDER_DECISIONS = "reminder-decisions"
REMINDER_DEAD_LETTERS = "reminder-dead-letters"
ACCOUNTS_CHANGELOG = "accounts-changelog"
DELIVERY_JOURNAL = "delivery-journal"
NUMBERS = "numbers"

# Read by the consumer group, one partition for each of the accounts' partitions.
INPUTS = (
    REPAYMENT_MISSED,
    PAYMENT_RECEIVED,
    INSTALMENT_SCHEDULED,
    PROFILE_UPDATED,
    CASE_UPDATED,
    REMINDER_RECEIPTS,
)
OUTPUTS = (REMINDERS, REMINDER_DECISIONS, REMINDER_DEAD_LETTERS)
OURS = (ACCOUNTS_CHANGELOG, DELIVERY_JOURNAL, NUMBERS)
"""Internal ones, named after the installation."""
ROLES = (*INPUTS, BORROWER_REPLIES, REMINDER_CONTROLS, *OUTPUTS, *OURS)
