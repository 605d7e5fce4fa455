) listed
