"""What is assessed: competences, criteria, scale and rules, and the degrees that frozen outcomes let one propose."""
