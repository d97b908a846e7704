"""What is known of items beside their text: what learners made of them, and what second readers answered."""
