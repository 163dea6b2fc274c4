"""Events as rows: what people wrote, who takes part, what changed when, and who may see it."""
