"""Tables of places. They are public: no row-level security."""

from django.db import models
from django.db.models import F, Q

LEVELS = ("province", "city", "county", "town")
POINT_KINDS = ("hall", "window", "station", "kiosk")
POINT_LEVELS = ("city", "county", "town", "village")


class Region(models.Model):
    """A division as it was from `valid_from` to `valid_until` (exclusive). The id stands behind the code, for codes are given anew.

    `valid_from` is empty when the beginning lies before the source.
    """

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100, blank=True, db_default="")
    level = models.CharField(max_length=8)
    parent = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    verified = models.BooleanField(default=False)
    gb2260 = models.BooleanField(default=False)
    aliases = models.JSONField(default=list)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="region_row_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="region_level_known"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="region_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["parent", "level"], name="region_parent")]


class Office(models.Model):
    """An office that receives or decides cases. `code` is unique inside its region."""

    region = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="office_once")]


class Hall(models.Model):
    """A place that people visit (办事网点): a hall, a window elsewhere, a station of a village, a kiosk.

    `level`: of which of the four levels it is; `town`: where it stands, if it is known. `modes`: the ways to apply that it serves. Its hours as
    people read them are `hours`; `opens` and `closes` say the same to a clock. Degrees are WGS 84.
    """

    region = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=30)
    hours = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True, db_default="")
    address_en = models.CharField(max_length=300, blank=True, db_default="")
    hours_en = models.CharField(max_length=100, blank=True, db_default="")
    verified = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, default="hall", db_default="hall")
    level = models.CharField(max_length=8, default="county", db_default="county")
    town = models.CharField(max_length=12, blank=True, default="", db_default="")
    modes = models.JSONField(default=list)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    every_day = models.BooleanField(default=False, db_default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="hall_once"),
            models.CheckConstraint(condition=Q(kind__in=POINT_KINDS), name="hall_kind_known"),
            models.CheckConstraint(condition=Q(level__in=POINT_LEVELS), name="hall_level_known"),
        ]
