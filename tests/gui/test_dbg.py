from tests.gui.test_deal_page import opened, session, go_to, Column, press, write, focus, Key
from PySide6.QtWidgets import QApplication
from PySide6.QtTest import QTest
def test_dbg(opened):
    t=opened.page.panel.table
    go_to(opened, 2, Column.PRODUCT)
    def st(): 
        i=t.currentIndex(); print("##",type(focus()).__name__, (i.row(),i.column()), t.state(), [ (l.product,l.category,str(l.quantity)) for l in opened.deal.offers[0].lines][2:], focus().property("text") or focus().property("currentText"), flush=True)
    write("CC agent"); st()
    press(Key.Key_Tab); st()
    write("c"); st()
    press(Key.Key_Tab); st()
    write("12"); st()
    press(Key.Key_Tab); st()
    write("65"); st()
def test_f4(opened):
    print("##", QApplication.activeWindow(), opened.page.panel.more.shortcut(), opened.page.panel.more.isVisible(), focus())
    press(Key.Key_F4)
    print("##",opened.page.panel.more.isChecked())
    press(Key.Key_F6)
    print("##",opened.page.header.place.isChecked(), opened.page.header.place.shortcut())
