"""Who deals with whom in the samples. The VAT numbers are those that the authority publishes for
tests; addresses and names are made up."""

from __future__ import annotations

from typing import Final

from addons.zatca.documents.values import Identity, Party

SELLER: Final = Party(
    name="Palm Trading Company | شركة النخلة للتجارة",
    vat_number="399999999900003",
    identity=Identity("CRN", "1010010000"),
    street="شارع الأمير سلطان | Prince Sultan Street",
    building="2322",
    plot="1234",
    district="المربع | Al-Murabba",
    city="الرياض | Riyadh",
    postal_zone="23333",
    province="منطقة الرياض",
)
COMPANY: Final = Party(
    name="مصنع الواحة للبلاستيك | Oasis Plastics Factory",
    vat_number="399999999800003",
    street="طريق صلاح الدين | Salah Al-Din Road",
    additional_street="Gate 4",
    building="1111",
    district="المروج | Al-Murooj",
    city="الرياض | Riyadh",
    postal_zone="12222",
)
UNREGISTERED: Final = Party(
    name="مؤسسة السدرة | Sidra Establishment",
    identity=Identity("CRN", "4030012345"),
    street="شارع التحلية | Tahlia Street",
    building="4521",
    district="الروضة | Al-Rawdah",
    city="جدة | Jeddah",
    postal_zone="23434",
)
ABROAD: Final = Party(
    name="Nordhafen Maschinen GmbH",
    identity=Identity("OTH", "DE811569869"),
    street="Am Kai 7",
    city="Hamburg",
    postal_zone="20457",
    country="DE",
)
CITIZEN: Final = Party(
    name="سارة بنت عبدالله",
    identity=Identity("NAT", "1038472955"),
    street="شارع العليا | Olaya Street",
    building="7788",
    district="العليا | Al-Olaya",
    city="الرياض | Riyadh",
    postal_zone="12214",
)
PASSER_BY: Final = Party(name="عبدالرحمن | Abdulrahman")
