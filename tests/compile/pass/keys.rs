//! Every kind of key: composite of foreign keys, one-to-one, natural, foreign keys to all of them.

use orm::prelude::*;
use orm::One;

#[derive(Model)]
struct Student {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Course {
    #[field(primary_key, max_length = 8)]
    code: String,
}

#[derive(Model)]
#[model(primary_key(student, course))]
struct Enrolment {
    grade: Option<i32>,
    #[field(related_name = enrolments, on_delete = cascade)]
    student: ForeignKey<Student>,
    #[field(related_name = enrolments, on_update = cascade)]
    course: ForeignKey<Course>,
}

#[derive(Model)]
struct Exam {
    #[field(primary_key, related_name = exam)]
    enrolment: ForeignKey<Enrolment>,
    #[field(one_to_one, related_name = repeated_by)]
    repeats: Option<ForeignKey<Exam>>,
}

#[derive(Model)]
struct Passport {
    #[field(primary_key, related_name = passport)]
    student: ForeignKey<Student>,
    #[field(unique)]
    number: i32,
}

#[derive(Model)]
struct Visa {
    #[field(primary_key, auto = false)]
    id: i64,
    #[field(related_name = visas)]
    passport: ForeignKey<Passport>,
}

pub fn main() {
    let columns = |table: &'static orm::model::Table| table.columns().map(|column| column.name).collect::<Vec<_>>();
    assert_eq!(columns(Enrolment::TABLE), ["grade", "student_id", "course_id"]);
    assert_eq!(Enrolment::TABLE.fields[2].columns[0].max_length, Some(8));
    assert_eq!(
        columns(Exam::TABLE),
        ["enrolment_student_id", "enrolment_course_id", "repeats_enrolment_student_id", "repeats_enrolment_course_id"]
    );
    assert_eq!(Exam::TABLE.fields[1].columns[1].max_length, Some(8));
    assert!(Exam::TABLE.fields[1].nullable() && Exam::TABLE.fields[1].columns[1].nullable);
    assert!(Exam::TABLE.fields[1].unique && !Exam::TABLE.fields[0].unique);

    let enrolment =
        Enrolment { grade: None, student: ForeignKey::from(1), course: ForeignKey::from("rust") };
    let key: (i64, String) = enrolment.key();
    assert_eq!(key, (1, "rust".to_owned()));
    let exam = Exam { enrolment: (&enrolment).into(), repeats: None };
    let key: (i64, String) = exam.key();
    assert_eq!(key.0, 1);
    let _ = NewExam::new((1, "rust".to_owned())).repeats(&exam).repeats((1, "rust".to_owned()));
    let _ = NewVisa::new(1, 2);
    let key: i64 = Passport { student: ForeignKey::from(4), number: 1 }.key();
    assert_eq!(key, 4);

    let _: Relation<Student, Enrolment> = Student::enrolments;
    let _: Relation<Student, Passport, One> = Student::passport;
    let _: Relation<Enrolment, Exam, One> = Enrolment::exam;
    let _: Relation<Exam, Exam, One> = Exam::repeated_by;
    let _: Relation<Passport, Visa> = Passport::visas;
}
