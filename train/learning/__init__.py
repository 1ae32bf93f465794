"""The learner: device, schedule, callbacks."""
