"""The service: accounts, study time, exams, standing, certificates and reports over one store."""
