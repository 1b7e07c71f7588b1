"""Texts of other programs for websites: WordPress, Halo, Hugo, Hexo and Jekyll."""
