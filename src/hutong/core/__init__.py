"""The spine: record, viewer, access, action, audit, workflow, clock, task, event, queue, files, crypto."""
