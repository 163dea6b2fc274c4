"""The history of a mailbox: one row for each round that did something."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailboxes", "0005_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("changed_here", models.PositiveIntegerField(default=0)),
                ("mails", models.PositiveIntegerField(default=0)),
                ("there", models.JSONField(default=list)),
                ("problem", models.CharField(blank=True, max_length=500)),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="mailboxes.mailbox"
                    ),
                ),
            ],
            options={"ordering": ("-began_at", "-id")},
        ),
    ]
