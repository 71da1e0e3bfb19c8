"""What runs inside the cloud's own process, in its own virtual environment: ministack, completed from the registry.

Known gaps, shown by ``local status``:

- A resource with only its schema behind it is recorded, validated and answered for, but no API of its service knows it.
- Nothing runs in containers: databases, caches, tasks and load balancers are records, their endpoints answer nobody.
- Resources of a stack are made one after the other, so a deployment tells nothing of how long the real one takes.
- Drift is found for the fourteen types that ministack can read back; every other resource is NOT_CHECKED.
- ``Fn::GetAtt`` may ask for any property that was set; the real service knows it for some types only.
- ``AWS::Partition`` and ``AWS::URLSuffix`` are those of the commercial regions, whatever the region.
- Stack policies and rollback triggers are kept or taken, but never enforced.
- A change set is checked for parameters and templates, not for properties: those fail when it is executed.
- Quotas, and deleting what another resource still uses, are refused only where ministack's own services do so.
- IAM policies are kept, and never evaluated: no call is denied.
- Patterns that Python's ``re`` cannot express, and formats such as date-time, are not validated.
- A nested change set shows what depends on a value not known before execution as ``{{changeSet:KNOWN_AFTER_APPLY}}``.
"""
