"""What knowledge bases follow: folders, buckets, sites; and the runs that keep up with them."""
