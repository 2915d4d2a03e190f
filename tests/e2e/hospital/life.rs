//! A day in the hospital: everybody does a little.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use orm_tests_registry::formulary::{
    Address, Country, Diagnosis, Drug, Form, IcdCode, Ingredient, NewCountry, NewDiagnosis, NewDrug,
    NewIngredient, NewSubstance, PersonName, Substance,
};

use super::buildings::{
    Bed, Department, NewBed, NewDepartment, NewRoom, NewWard, Room, RoomKind, VisitingHours, Ward,
};
use super::care::*;
use super::lab::*;
use super::money::*;
use super::patients::*;
use super::special::OccupiedBed;
use super::staff::*;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn name(given: &str, family: &str) -> PersonName {
    PersonName { given: given.to_owned(), family: family.to_owned() }
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).unwrap_or_default()
}

fn icd(code: &str) -> Result<IcdCode> {
    Ok(IcdCode::try_from(code.to_owned())?)
}

/// Who and what there is in the morning.
struct Morning {
    ward: Ward,
    bed: Bed,
    head: Employee,
    nurse: Employee,
    doctor: Doctor,
    patient: Patient,
}

async fn morning(db: &TestDb) -> Result<Morning> {
    let on = db.handle();
    on.create_tables(&super::tables()).await?;
    Country::objects()
        .using(on)
        .bulk_create([NewCountry::new("ch", "Schweiz"), NewCountry::new("it", "Italia")])
        .await?;
    for (id, substance) in [(1, "ibuprofen"), (2, "penicillin")] {
        Substance::objects().using(on).create(NewSubstance::new(substance).id(id)).await?;
        Drug::objects()
            .using(on)
            .create(NewDrug::new(format!("{substance} forte"), Form::Tablet).id(id))
            .await?;
        let milligrams = Decimal::new(400_500, 3);
        Ingredient::objects().using(on).create(NewIngredient::new(id, id).milligrams(milligrams)).await?;
    }
    let above =
        Diagnosis::objects().using(on).create(NewDiagnosis::new(icd("S72")?, "fracture of femur")).await?;
    let neck = NewDiagnosis::new(icd("S72.0")?, "fracture of neck of femur").above(&above);
    Diagnosis::objects().using(on).create(neck).await?;

    let department =
        Department::objects().using(on).create(NewDepartment::new("Surgery").budget(5_000_000)).await?;
    // As the office sends it.
    let json = format!(
        r#"{{"department": {}, "name": "North", "floor": -1, "visits": {{"until": 20}}}}"#,
        department.id
    );
    let ward = Ward::objects().using(on).create(serde_json::from_str::<NewWard>(&json)?).await?;
    assert_eq!((ward.floor, &ward.visits), (-1, &VisitingHours { from: 14, until: 20 }));
    let room = Room::objects().using(on).create(NewRoom::new(&ward, "12").kind(RoomKind::Single)).await?;
    let bed = Bed::objects().using(on).create(NewBed::new(&room, "window")).await?;

    let employees = Employee::objects().using(on);
    let head = NewEmployee::new(name("Ada", "Meier"), "ada@hospital.example", "4711", &department)
        .id(EmployeeId(1000));
    let head = employees.clone().create(head).await?;
    Department::objects()
        .using(on)
        .filter(Department::id.eq(department.id))
        .update(Department::head.set(&head))
        .await?;
    let nurse = NewEmployee::new(name("Bo", "Abt"), "bo@hospital.example", "0815", &department).led_by(&head);
    let nurse = employees.create(nurse).await?;
    assert!(nurse.id.0 > 1000, "{nurse:?}");
    let doctor = Doctor::objects().using(on).create(NewDoctor::new(&head, "CH-1", "surgery")).await?;

    let home = Address {
        street: "Gasse 1".into(),
        zip: "3000".into(),
        city: "Bern".into(),
        country: "ch".to_owned().into(),
    };
    let patient = NewPatient::new(name("Eva", "Zen"), day(1)).blood(BloodGroup::ZeroNegative).home(home);
    let patient = Patient::objects().using(on).create(patient.insurance_number("756-0000-1111")).await?;
    Ok(Morning { ward, bed, head, nurse, doctor, patient })
}

cases! {
    /// A patient is admitted, looked at, operated on, billed, and goes.
    async fn a_stay(db: &TestDb) -> Outcome {
        let Morning { bed, head, nurse, doctor, patient, .. } = morning(db).await?;
        let on = db.handle();
        let stay = Stay::objects().using(on).create(NewStay::new(&patient, &bed).reason("fell")).await?;
        assert!((Utc::now() - stay.admitted).abs() < TimeDelta::minutes(10));

        Finding::objects().using(on).create(NewFinding::new(&stay, icd("S72.0")?)).await?;
        let above = Finding::diagnosis.to(Diagnosis::above).to(Diagnosis::name);
        assert_eq!(Finding::objects().using(on).select(above).all().await?, [Some("fracture of femur".to_owned())]);
        // A code is corrected, and what refers to it follows.
        Diagnosis::objects().using(on).filter(Diagnosis::code.eq(icd("S72.0")?)).update(Diagnosis::code.set(icd("S72.1")?)).await?;
        assert_eq!(db.oracle("SELECT code FROM hosp_findings").await?, [[Some("S72.1".to_owned())]]);

        let prescription = NewPrescription::new(&stay, 1, &doctor, Decimal::new(1_500, 3), 3, 5);
        let prescription = Prescription::objects().using(on).create(prescription).await?;
        assert_eq!(prescription.doses, 15);
        DoseTime::objects().using(on).bulk_create([6, 14, 22].map(|hour| NewDoseTime::new(&prescription, hour))).await?;
        let operation = Operation::objects().using(on).create(NewOperation::new(&stay, Utc::now()).objects(12)).await?;
        assert_eq!(Operation::team.of(&operation).using(on).add([&head, &nurse]).await?, 2);
        let role = TeamMember::objects().using(on).filter(TeamMember::member.eq(&nurse)).select(TeamMember::role);
        assert_eq!(role.all().await?, ["assistant"]);
        assert_eq!(Employee::operations.of(&nurse).using(on).select(Operation::counted_objects).one().await?, 12);

        let tariff = Tariff::objects().using(on).create(NewTariff::new("T1").price(Decimal::new(12_05, 2))).await?;
        let invoice = Invoice::objects().using(on).create(NewInvoice::new(&stay)).await?;
        let lines = InvoiceLine::objects().using(on);
        for (number, count) in [(1_i16, 200), (2, 50)] {
            lines.clone().create(NewInvoiceLine::new(&invoice, number, &tariff, Decimal::new(count, 2), tariff.price)).await?;
        }
        let total = lines.clone().filter(InvoiceLine::invoice.eq(&invoice)).aggregate(sum(InvoiceLine::total)).await?;
        assert_eq!(total, Some(Decimal::new(24_10 + 6_03, 2)), "the half of 12.05 is rounded up");
        let second = lines.filter(InvoiceLine::number.eq(2)).one().await?;
        Objection::objects().using(on).create(NewObjection::new(&second, "too much")).await?;
        assert_eq!(Objection::objects().using(on).filter(Objection::line.to(InvoiceLine::number).eq(2)).count().await?, 1);

        let note = Note::objects().using(on).create(NewNote::new(&stay, "sleeps").author(&nurse)).await?;
        Note::objects().using(on).create(NewNote::new(&stay, "sleeps well").author(&nurse).replaces(&note)).await?;
        let patch = StayPatch::default().discharged(Utc::now() + TimeDelta::hours(1));
        assert_eq!(Stay::objects().using(on).filter(Stay::id.eq(stay.id)).patch(patch).await?, 1);
        assert_eq!(Patient::objects().using(on).filter(Patient::stays.any(Stay::discharged.is_not_null())).count().await?, 1);

        // What goes with a stay, and what keeps it here.
        let stays = Stay::objects().using(on).filter(Stay::id.eq(stay.id));
        assert!(stays.clone().delete().await.unwrap_err().is_foreign_key_violation());
        Invoice::objects().using(on).filter(Invoice::stay.eq(&stay)).delete().await?;
        Operation::objects().using(on).filter(Operation::stay.eq(&stay)).delete().await?;
        assert_eq!(stays.delete().await?, 1);
        for table in ["hosp_findings", "hosp_dose_times", "hosp_team_members", "hosp_notes", "bill_objections"] {
            assert_eq!(db.oracle(&format!("SELECT COUNT(*) FROM {table}")).await?, [[Some("0".to_owned())]], "{table}");
        }
        Ok(())
    }

    /// What must not be, is not: rules of the program, constraints of the database, fields that are not written.
    async fn what_is_refused(db: &TestDb) -> Outcome {
        let Morning { ward, bed, head, nurse, doctor, patient } = morning(db).await?;
        let on = db.handle();
        let employees = Employee::objects().using(on);
        let error = employees.clone().create(NewEmployee::new(name("", "X"), "x@example.org", "12", nurse.department)).await.unwrap_err();
        let fields: Vec<_> = error.invalid().iter().map(|invalid| invalid.field).collect();
        assert_eq!(fields, ["name.given", "email", "door_code"]);
        let title = Qualification::objects().using(on).create(NewQualification::new("Dr. med.")).await.unwrap_err();
        assert_eq!(title.invalid().first().map(|invalid| invalid.field), Some("name"));
        assert!(!format!("{:?}", NewEmployee::new(name("B", "C"), "b@hospital.example", "4711", nurse.department)).contains("4711"));

        let taken = employees.clone().create(NewEmployee::new(name("B", "C"), "bo@hospital.example", "4711", nurse.department)).await;
        assert!(taken.unwrap_err().is_unique_violation());
        let twice = Bed::objects().using(on).create(NewBed::new(bed.room, "window")).await.unwrap_err();
        assert!(twice.is_unique_violation(), "{twice}");
        let short = NewAppointment::new(&patient, &doctor, day(2).and_hms_opt(9, 0, 0).unwrap_or_default()).minutes(4_i16);
        assert!(Appointment::objects().using(on).create(short).await.unwrap_err().is_check_violation());
        Insurer::objects().using(on).create(NewInsurer::new("A1", "Helvetia")).await?;
        let backwards = Policy::objects().using(on).create(NewPolicy::new(&patient, "A1".to_owned(), day(9)).ends(day(8))).await.unwrap_err();
        assert!(backwards.is_check_violation(), "{backwards}");
        assert!(format!("{backwards:?}").contains("hosp_a_policy_ends_after_its_start"), "{backwards:?}");
        let nobody = Stay::objects().using(on).create(NewStay::new(Uuid::nil(), &bed)).await.unwrap_err();
        assert!(nobody.is_foreign_key_violation(), "{nobody}");
        let consent = NewConsent::new(&patient, "everything", vec![1]);
        assert!(Consent::objects().using(on).create(consent).await.unwrap_err().is_check_violation());

        let licence = Doctor::objects().using(on).update_all(Doctor::licence.set("CH-2")).await.unwrap_err();
        assert!(matches!(licence.kind(), ErrorKind::ReadOnly { once: true }), "{licence}");
        let pages = Folder::objects().using(on).update_all(Folder::pages.set(3)).await.unwrap_err();
        assert!(matches!(pages.kind(), ErrorKind::ReadOnly { once: false }), "{pages}");
        // Who leads others or a department may go; who is a doctor takes that along.
        let shift = Shift::objects().using(on).create(NewShift::new(&ward, day(3), Turn::Night)).await?;
        assert_eq!(Shift::crew.of(&shift).using(on).set([&head, &nurse]).await?, 2);
        assert_eq!(employees.clone().filter(Employee::id.eq(head.id)).delete().await?, 1);
        assert_eq!(Doctor::objects().using(on).count().await?, 0);
        assert_eq!(Department::objects().using(on).one().await?.head, None);
        assert_eq!(employees.filter(Employee::led_by.is_null()).select(Employee::id).all().await?, [nurse.id]);
        assert_eq!(Shift::crew.of(&shift).using(on).select(Employee::id).all().await?, [nurse.id]);
        Ok(())
    }

    /// Relations between the parts, over both crates: asked, joined and changed.
    async fn relations(db: &TestDb) -> Outcome {
        let Morning { bed, nurse, patient, .. } = morning(db).await?;
        let on = db.handle();
        let skills = Employee::qualifications.of(&nurse).using(on);
        for skill in ["stoma care", "dialysis"] {
            let qualification = Qualification::objects().using(on).create(NewQualification::new(skill)).await?;
            skills.clone().add([&qualification]).await?;
        }
        assert_eq!(skills.order_by(Qualification::name).select(Qualification::name).all().await?, ["dialysis", "stoma care"]);
        let holders = Qualification::objects().using(on).filter(Qualification::holders.any(Employee::name.to(PersonName::given).eq("Bo")));
        assert_eq!(holders.count().await?, 2);

        Patient::allergies.of(&patient).using(on).add([2]).await?;
        let harmful = Drug::objects().using(on).filter(Drug::substances.any(Substance::id.in_([2]))).select(Drug::name).all().await?;
        assert_eq!(harmful, ["penicillin forte"]);
        let noted = Allergy::objects().using(on).select((Allergy::substance.to(Substance::name), Allergy::severity)).one().await?;
        assert_eq!(noted, ("penicillin".to_owned(), 1));

        let device = Device::objects().using(on).create(NewDevice::new("fe80::1").old_address("10.0.0.1")).await?;
        assert_eq!(device.calibrated_every, 60);
        let normal = Normal { low: 3.5, high: 5.1 };
        let potassium = NewAnalysis::new("K", "potassium", Unit("mmol/l".to_owned())).normal(normal.clone());
        let potassium = Analysis::objects().using(on).create(potassium).await?;
        let sample = Sample::objects().using(on).create(NewSample::new(990_001, &patient, Material::Serum)).await?;
        Measurement::objects().using(on).create(NewMeasurement::new(&sample, &potassium).device(&device).value(6.2)).await?;
        let line: SheetLine = Measurement::objects().using(on).select_as().one().await?;
        let title = Title { name: potassium.name.clone(), unit: potassium.unit.clone() };
        assert_eq!(line, SheetLine { value: Some(6.2), analysis: title, material: sample.material });
        let often: Frequency = Measurement::objects().using(on).group_by(Measurement::analysis).select_as().one().await?;
        assert_eq!(often, Frequency { analysis: potassium.code.clone(), times: 1 });
        let high = Measurement::value.gt(Measurement::analysis.to(Analysis::normal).to(Normal::high));
        let rows = Measurement::objects().using(on).filter(high).select_related(Measurement::analysis).all().await?;
        assert_eq!(rows.iter().map(|(_, analysis)| (analysis.code.as_str(), analysis.normal.clone())).collect::<Vec<_>>(), [("K", Some(normal))]);
        let in_bern = Patient::home.to(Address::city).eq("Bern") & Patient::home.to(Address::country).to(Country::name).eq("Schweiz");
        assert_eq!(Patient::objects().using(on).filter(in_bern & Patient::samples.exists()).count().await?, 1);

        Folder::objects().using(on).create(NewFolder::new(&patient, "B7")).await?;
        assert_eq!(Patient::objects().using(on).filter(Patient::folder.to(Folder::shelf).eq("B7")).count().await?, 1);

        // A view that somebody made.
        Stay::objects().using(on).create(NewStay::new(&patient, &bed)).await?;
        let quote = if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { '`' } else { '"' };
        db.oracle(&format!(
            "CREATE VIEW hosp_occupied_beds AS SELECT b.id AS {quote}id{quote}, b.label, s.patient_id FROM hosp_beds b \
             JOIN hosp_stays s ON s.bed_id = b.id WHERE s.discharged IS NULL"
        )).await?;
        on.create_tables(&[&super::tables()[..], &[OccupiedBed::TABLE]].concat()).await?;
        let occupied = OccupiedBed::objects().using(on).select_related(OccupiedBed::patient).one().await?;
        assert_eq!((occupied.0.label.as_str(), occupied.1.id), ("window", patient.id));
        Ok(())
    }
}
